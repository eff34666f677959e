package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.condition.Condition;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.deployment.Board;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;

/** Boards come up and go, bundles stop and start under live buffers, inside the framework. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class DeployTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @InjectService
    ConfigurationAdmin configurations;
    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeft() throws Exception {
        deployer.takeDown();
        assertThat(deployer.board()).isEmpty();
        Configuration[] left = configurations.listConfigurations("(service.pid=sharebuf.*)");
        assertThat(left == null ? List.of() : Arrays.asList(left)).isEmpty();
        assertThat(Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName)).doesNotContain("allocator.cma", "importer.v4l2");
        Snapshot now = inventory.snapshot();
        assertThat(now.buffers()).isEmpty();
        assertThat(now.mappings()).isEmpty();
        assertThat(context.getServiceReferences(Condition.class, "(osgi.condition.id=sharebuf.board)")).isEmpty();
    }

    private Board up(String name) throws BoardException {
        return deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", name + ".json"), Map.of(), LIMIT);
    }

    private Outcome<BufferSet> pictures(Session session, int count, String... uses) {
        return session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480).count(count), Arrays.stream(uses).map(UseId::parse).toList());
    }

    @Test
    @DisplayName("each board comes up complete, one after the other, and the condition says so")
    void boardsOneAfterTheOther() throws Exception {
        for (String name : List.of("raspberrypi-4", "qemu-virt", "raspberrypi-4")) {
            Board board = up(name);
            assertThat(board.name()).isEqualTo(name);
            assertThat(board.missing()).isEmpty();
            assertThat(context.getServiceReferences(Condition.class, "(osgi.condition.id=sharebuf.board)")).hasSize(1);
            try (Session session = broker.open("test")) {
                assertThat(pictures(session, 4, "camera", "display", "encoder:output").isOk()).isTrue();
            }
            deployer.takeDown();
        }
    }

    @Test
    @DisplayName("exactly the named bundles are installed")
    void exactlyTheNamedBundles() throws Exception {
        List<String> before = Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName).sorted().toList();
        up("qemu-virt");
        List<String> came = Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName).filter(n -> !before.contains(n)).sorted().toList();
        assertThat(came).containsExactly("allocator.cma", "allocator.generic", "importer.drm", "importer.v4l2", "mapops.direct");
    }

    @Test
    @DisplayName("live buffers stay while their allocator is stopped, are freed without it, and it serves again when started")
    void stopAndStartUnderLiveBuffers() throws Exception {
        up("raspberrypi-4");
        try (Session session = broker.open("test")) {
            BufferSet live = pictures(session, 3, "camera", "display").orThrow();
            BufferSet freed = pictures(session, 1, "camera", "display").orThrow();
            assertThat(deployer.stop("allocator.cma").done()).isTrue();
            long used = used("cma");
            freed.close();
            assertThat(used("cma")).isLessThan(used);
            assertThat(live.buffers()).hasSize(3);
            assertThat(live.state()).isEqualTo(BufferSet.State.MAPPED);
            assertThat(deployer.start("allocator.cma").done()).isTrue();
            BufferSet more = pictures(session, 1, "camera", "display").orThrow();
            assertThat(more.explain().choices().getFirst().allocator()).startsWith("sharebuf.allocator.cma");
        }
        assertThat(used("cma")).isZero();
    }

    private boolean seated(String kind, String name) {
        return inventory.snapshot().seats().stream().anyMatch(s -> s.kind().equals(kind) && s.name().equals(name) && s.state() == Snapshot.SeatState.SEATED);
    }

    private long used(String region) {
        return inventory.snapshot().regions().stream().filter(r -> r.name().equals(region)).mapToLong(Snapshot.Region::used).sum();
    }

    @Test
    @DisplayName("stopping one dma_map_ops ends new mappings of its devices and no other's; live ones stay")
    void mapopsStopEndsNewMappingsOnly() throws Exception {
        up("raspberrypi-4");
        Configuration soc = configurations.getFactoryConfiguration("sharebuf.mapops.direct", "soc", "?");
        try (Session session = broker.open("test")) {
            BufferSet live = pictures(session, 1, "camera", "display").orThrow();
            soc.delete();
            // The component runtime hears of it on a thread of its own.
            long end = System.nanoTime() + LIMIT.toNanos();
            while (seated("mapops", "soc") && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(seated("mapops", "soc")).isFalse();
            assertThat(pictures(session, 1, "camera").why().orElseThrow().constraint()).contains("mapops of soc");
            assertThat(pictures(session, 1, "gpu:output").isOk()).isTrue();
            assertThat(live.attachments()).hasSize(2);
            assertThat(inventory.snapshot().mappings()).anyMatch(m -> m.device().name().equals("camera"));
            live.close();
            assertThat(inventory.snapshot().mappings()).noneMatch(m -> m.device().name().equals("camera"));
        }
    }

    @Test
    @DisplayName("an uninstalled bundle leaves its buffers alive and its seats free at once, for whoever is installed next")
    void uninstallFreesTheSeats() throws Exception {
        up("raspberrypi-4");
        try (Session session = broker.open("test")) {
            BufferSet live = pictures(session, 2, "camera", "display").orThrow();
            long used = used("cma");
            Deployer.Change gone = deployer.uninstall("allocator.cma");
            assertThat(gone.done()).as(gone.message()).isTrue();
            assertThat(gone.message()).isEqualTo("allocator.cma 0.1.0 uninstalled; left allocator cma");
            assertThat(inventory.snapshot().seats()).anyMatch(s -> s.kind().equals("allocator") && s.name().equals("cma") && s.state() == Snapshot.SeatState.GONE);
            assertThat(configurations.listConfigurations("(service.factoryPid=sharebuf.allocator.cma)")).isNull();
            assertThat(used("cma")).isEqualTo(used);
            Deployer.Change again = deployer.install(Path.of(System.getProperty("sharebuf.home"), "allocator.cma/generated/allocator.cma.jar"));
            assertThat(again.message()).contains("installed; took", "allocator cma");
            live.close();
            assertThat(used("cma")).isZero();
        }
        assertThat(deployer.uninstall("broker").message()).contains("belongs to the core", "held by");
        assertThat(deployer.uninstall("no.such").done()).isFalse();
    }

    @Test
    @DisplayName("the core is not stopped, and what is no bundle is not installed")
    void refusesWhatWouldHurt() throws Exception {
        up("qemu-virt");
        assertThat(deployer.stop("broker").done()).isFalse();
        assertThat(deployer.stop("allocator.api").message()).contains("allocator.cma");
        assertThat(deployer.stop("no.such.bundle").done()).isFalse();
        Path none = Files.writeString(folder.resolve("none.jar"), "this is no zip");
        assertThat(deployer.install(none).message()).contains("none.jar");
        Path half = folder.resolve("half.jar");
        byte[] whole = Files.readAllBytes(Path.of(System.getProperty("sharebuf.home"), "allocator.generic/generated/allocator.generic.jar"));
        Files.write(half, Arrays.copyOf(whole, whole.length / 2));
        assertThat(deployer.install(half).done()).isFalse();
        assertThat(Arrays.stream(context.getBundles()).filter(b -> b.getSymbolicName().equals("allocator.generic"))).hasSize(1);
    }

    @Test
    @DisplayName("a board that is wrong leaves nothing behind")
    void wrongBoardLeavesNothing() throws Exception {
        String good = Files.readString(Path.of(System.getProperty("sharebuf.home"), "boards/qemu-virt.json"));
        Path wrong = Files.writeString(folder.resolve("wrong.json"), good.replace("org.sharebuf:importer.drm:0.1.0", "org.sharebuf:importer.xyz:0.1.0"));
        assertThatThrownBy(() -> deployer.bringUp(wrong, Map.of(), LIMIT)).isInstanceOf(BoardException.class).hasMessageContaining("importer.xyz");
        assertThatThrownBy(() -> deployer.bringUp(wrong, Map.of("speed", "9"), LIMIT)).isInstanceOf(BoardException.class);
    }
}
