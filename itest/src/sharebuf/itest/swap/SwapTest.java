package sharebuf.itest.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.mapping.Mapped;

/** Every kind of plug-in is replaced by another version of itself while its buffers live. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class SwapTest {
    @InjectBundleContext
    BundleContext context;
    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;

    @BeforeEach
    void up() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "raspberrypi-4.json"), Map.of(), Duration.ofSeconds(20));
    }

    @AfterEach
    void down() {
        deployer.takeDown();
        assertThat(inventory.snapshot().buffers()).isEmpty();
        assertThat(inventory.snapshot().mappings()).isEmpty();
    }

    private BufferSet pictures(Session session, String... uses) {
        return session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480), Arrays.stream(uses).map(UseId::parse).toList()).orThrow();
    }

    private Bundle bundle(String name) {
        List<Bundle> found = Arrays.stream(context.getBundles()).filter(b -> name.equals(b.getSymbolicName())).toList();
        assertThat(found).as("bundles named %s", name).hasSize(1);
        return found.getFirst();
    }

    private List<String> seats(String bundle) {
        return inventory.snapshot().seats().stream().filter(s -> s.bundle().equals(bundle) && s.state() == Snapshot.SeatState.SEATED)
                .map(s -> s.kind() + " " + s.name() + " " + s.plugin()).toList();
    }

    private List<String> extents(String region) {
        return inventory.snapshot().regions().stream().filter(r -> r.name().equals(region)).flatMap(r -> r.extents().stream()).map(Object::toString).toList();
    }

    /** Buffers for which a plug-in works, and the region whose extents they are. */
    private record Work(String bundle, String board, Map<String, String> options, BufferSpec spec, List<String> uses, String region) {
        @Override
        public String toString() {
            return bundle;
        }

        private BufferSet set(Session session) {
            return session.allocateFor(spec, uses.stream().map(UseId::parse).toList()).orThrow();
        }
    }

    static List<Work> works() {
        BufferSpec picture = BufferSpec.picture(PixelFormat.NV12, 640, 480);
        List<Work> works = new ArrayList<>();
        for (String bundle : List.of("allocator.cma", "allocator.generic", "mapops.direct", "importer.v4l2", "importer.drm")) {
            works.add(new Work(bundle, "raspberrypi-4", Map.of(), picture, List.of("camera", "display"), "cma"));
        }
        works.add(new Work("allocator.banks", "odroid-u3", Map.of("iommu", "off"), BufferSpec.picture(PixelFormat.NV12M, 640, 480), List.of("decoder:capture", "display"), "right"));
        works.add(new Work("allocator.carveout", "odroid-u3", Map.of(), BufferSpec.picture(PixelFormat.NV12, 128, 64).in(0, List.of("sram")), List.of("cpu"), "sram"));
        works.add(new Work("exporter.tiler", "pandaboard-es", Map.of("view", "90"), picture, List.of("camera", "display"), "tiler"));
        works.add(new Work("mapops.iommu", "odroid-u3", Map.of(), picture, List.of("camera", "display"), "ram"));
        return works;
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("a copy under the next version takes all its seats; what lived lives on, and the old class loader goes")
    @MethodSource("works")
    void everyKind(Work work) throws Exception {
        deployer.takeDown();
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", work.board + ".json"), work.options, Duration.ofSeconds(20));
        try (Session session = broker.open("test")) {
            BufferSet live = work.set(session);
            List<String> before = extents(work.region);
            assertThat(before).isNotEmpty();
            List<Mapped> mappings = inventory.snapshot().mappings();
            for (int micro = 1; micro <= 2; micro++) {
                Bundle old = bundle(work.bundle);
                List<String> had = seats(work.bundle + " " + old.getVersion());
                assertThat(had).isNotEmpty();
                Loader loader = Loader.of(old);
                Deployer.Change change = deployer.swap(work.bundle, Optional.empty());
                assertThat(change.done()).as(change.message()).isTrue();
                assertThat(change.swapped().orElseThrow()).satisfies(s -> {
                    assertThat(s.from()).isEqualTo(old.getVersion().toString());
                    assertThat(s.seats()).isEqualTo(had.size());
                });
                assertThat(change.swapped().orElseThrow().to()).isEqualTo("0.1." + micro).isEqualTo(bundle(work.bundle).getVersion().toString());
                assertThat(seats(work.bundle + " 0.1." + micro)).isEqualTo(had);
                assertThat(old.getState()).isEqualTo(Bundle.UNINSTALLED);
                assertThat(extents(work.region)).isEqualTo(before);
                assertThat(inventory.snapshot().mappings()).isEqualTo(mappings);
                assertThat(loader.isCollected()).as("class loader of %s before swap %d", work.bundle, micro).isTrue();
                BufferSet more = work.set(session);
                assertThat(extents(work.region)).containsAll(before).hasSizeGreaterThan(before.size());
                more.close();
            }
            live.close();
            assertThat(extents(work.region)).isEmpty();
        }
    }

    @Test
    @DisplayName("buffers placed several versions ago are freed by the current one, and the region is one hole")
    void manyVersions() {
        try (Session session = broker.open("test")) {
            for (int i = 0; i < 5; i++) {
                pictures(session, "camera", "display");
                assertThat(deployer.swap("allocator.cma", Optional.empty()).done()).isTrue();
            }
        }
        Snapshot.Region cma = inventory.snapshot().regions().stream().filter(r -> r.name().equals("cma")).findFirst().orElseThrow();
        try (Session session = broker.open("whole")) {
            session.allocateFor(BufferSpec.bytes(cma.size()), List.of(UseId.parse("encoder:capture"))).orThrow();
        }
    }

    @Test
    @DisplayName("the core is not swapped: the refusal names its holders")
    void coreStays() {
        Deployer.Change change = deployer.swap("broker", Optional.empty());
        assertThat(change.done()).isFalse();
        assertThat(change.message()).contains("broker belongs to the core", "held by deploy");
        assertThat(deployer.swap("nobody", Optional.empty()).message()).contains("there is no bundle nobody");
    }
}
