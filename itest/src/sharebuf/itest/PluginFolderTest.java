package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
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
import sharebuf.deployment.PluginFolder;
import sharebuf.deployment.PluginFolder.Event;
import sharebuf.deployment.PluginFolder.Jar;
import sharebuf.deployment.PluginFolder.What;
import sharebuf.deployment.PluginFolders;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.SeatState;

/** A folder of jars over a running board, watched by its own thread. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class PluginFolderTest {
    private static final long LIMIT_SECONDS = 30;

    @InjectBundleContext
    BundleContext context;
    @InjectService
    Deployer deployer;
    @InjectService
    PluginFolders folders;
    @InjectService
    Inventory inventory;
    @InjectService
    BufferBroker broker;
    @TempDir
    Path folder;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void board() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "raspberrypi-4.json"), Map.of(), Duration.ofSeconds(20));
    }

    @AfterEach
    void down() {
        deployer.takeDown();
        assertThat(deployer.bundles()).noneMatch(b -> b.name().equals("mine"));
    }

    private Event next() throws InterruptedException {
        Event event = events.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as("something happens in the folder").isNotNull();
        return event;
    }

    private Snapshot.Seat spare() {
        return inventory.snapshot().seats().stream().filter(s -> s.name().equals("spare")).findFirst().orElseThrow();
    }

    @Test
    @DisplayName("what lies there is installed before watch returns, what is dropped in afterwards soon after, what is taken out is uninstalled")
    void comesAndGoes() throws Exception {
        Repacked.copy("allocator.cma", folder.resolve("mine.jar"), "mine", "1.0.0");
        Files.setLastModifiedTime(folder.resolve("mine.jar"), java.nio.file.attribute.FileTime.from(java.time.Instant.now().minusSeconds(60)));
        try (PluginFolder watched = folders.watch(folder, events::add)) {
            assertThat(watched.jars()).extracting(Jar::bundle, Jar::version).containsExactly(org.assertj.core.groups.Tuple.tuple("mine", "1.0.0"));
            assertThat(spare().state()).isEqualTo(SeatState.SEATED);
            assertThat(spare().bundle()).isEqualTo("mine 1.0.0");
            assertThat(next().message()).isEqualTo("mine 1.0.0 installed; took allocator spare");

            Files.delete(folder.resolve("mine.jar"));
            assertThat(next().what()).isEqualTo(What.REMOVED);
            assertThat(spare().state()).isEqualTo(SeatState.GONE);

            Repacked.copy("allocator.cma", folder.resolve("again.jar"), "mine", "1.0.1");
            assertThat(next().message()).isEqualTo("mine 1.0.1 installed; took allocator spare");
            Files.move(folder.resolve("again.jar"), folder.resolve("renamed.jar"));
            assertThat(next().what()).isEqualTo(What.RENAMED);
            assertThat(spare().bundle()).isEqualTo("mine 1.0.1");
        }
        Files.delete(folder.resolve("renamed.jar"));
        assertThat(deployer.uninstall("mine").done()).as("a folder that is not watched any more changes nothing").isTrue();
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName("what is replaced is swapped while its buffers live, whatever its version says; so is a bundle of the board")
    void replaced() throws Exception {
        Repacked.copy("allocator.cma", folder.resolve("mine.jar"), "mine", "1.0.0");
        try (PluginFolder watched = folders.watch(folder, events::add); Session session = broker.open("test")) {
            assertThat(next().what()).isEqualTo(What.INSTALLED);
            BufferSet live = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480).in(0, Set.of("spare")), List.of(UseId.parse("camera"))).orThrow();
            List<Snapshot.Owned> extents = extents();
            assertThat(extents).isNotEmpty();
            Repacked.copy("allocator.cma", folder.resolve("mine.jar"), "mine", "1.1.0");
            assertThat(next().what()).isEqualTo(What.SWAPPED);
            assertThat(spare().bundle()).isEqualTo("mine 1.1.0");
            Repacked.copy("allocator.cma", folder.resolve("mine.jar"), manifest -> manifest.replace("Bundle-SymbolicName: allocator.cma",
                    "Bundle-SymbolicName: mine\r\nRebuilt: yes").replace("Bundle-Version: 0.1.0", "Bundle-Version: 1.1.0"));
            assertThat(next().what()).as("rebuilt under the same version").isEqualTo(What.SWAPPED);
            assertThat(extents()).isEqualTo(extents);
            live.close();
            assertThat(extents()).isEmpty();
            Repacked.copy("importer.drm", folder.resolve("screen.jar"), "importer.drm", "0.9.0");
            Event board = next();
            assertThat(board.what()).as(board.message()).isEqualTo(What.SWAPPED);
            assertThat(inventory.snapshot().seats()).anyMatch(s -> s.name().equals("display") && s.bundle().equals("importer.drm 0.9.0"));
            assertThat(watched.jars()).extracting(Jar::file).containsExactly("mine.jar", "screen.jar");
        }
    }

    private List<Snapshot.Owned> extents() {
        return inventory.snapshot().regions().stream().filter(r -> r.name().equals("spare")).flatMap(r -> r.extents().stream()).toList();
    }

    @Test
    @DisplayName("a jar of the core is refused with the names of its holders, one that was built against another API with what there is")
    void refused() throws Exception {
        try (PluginFolder watched = folders.watch(folder, events::add)) {
            Repacked.copy("broker", folder.resolve("broker.jar"), "broker", "7.0.0");
            Event core = next();
            assertThat(core.what()).isEqualTo(What.REFUSED);
            assertThat(core.message()).contains("broker belongs to the core", "held by", "deploy");
            Repacked.copy("allocator.cma", folder.resolve("future.jar"), manifest -> manifest.replace("Bundle-SymbolicName: allocator.cma", "Bundle-SymbolicName: mine")
                    .replaceAll("(?s)Import-Package: .*?\\r\\n(?! )", "Import-Package: sharebuf.allocator;version=\"[9,10)\"\r\n"));
            Event future = next();
            assertThat(future.what()).isEqualTo(What.REFUSED);
            assertThat(future.message()).contains("future.jar, bundle mine 0.1.0, does not fit", "sharebuf.allocator [9,10), found 1.");
            assertThat(watched.jars()).isEmpty();
        }
    }

    @Test
    @DisplayName("a plug-in that does not start is undone, and the folder goes on")
    void doesNotStart() throws Exception {
        try (PluginFolder watched = folders.watch(folder, events::add)) {
            Repacked.copy("allocator.cma", folder.resolve("bad.jar"), manifest -> manifest.replace("Bundle-SymbolicName: allocator.cma",
                    "Bundle-SymbolicName: mine\r\nBundle-Activator: not.There"));
            Event bad = next();
            assertThat(bad.what()).isEqualTo(What.REFUSED);
            assertThat(bad.message()).contains("bad.jar is not taken", "not.There");
            assertThat(deployer.bundles()).noneMatch(b -> b.name().equals("mine"));
            Repacked.copy("allocator.cma", folder.resolve("bad.jar"), "mine", "1.0.0");
            assertThat(next().what()).isEqualTo(What.INSTALLED);
            assertThat(watched.jars()).hasSize(1);
        }
    }

    @Test
    @DisplayName("there must be a folder; closing twice is no mistake, and neither is closing from the listener")
    void edges() throws Exception {
        assertThatThrownBy(() -> folders.watch(folder.resolve("none"), events::add)).isInstanceOf(IOException.class).hasMessageContaining("there is no folder");
        PluginFolder[] self = new PluginFolder[1];
        self[0] = folders.watch(folder, event -> {
            self[0].close();
            events.add(event);
        });
        Repacked.copy("allocator.cma", folder.resolve("mine.jar"), "mine", "1.0.0");
        assertThat(next().what()).isEqualTo(What.INSTALLED);
        self[0].close();
    }
}
