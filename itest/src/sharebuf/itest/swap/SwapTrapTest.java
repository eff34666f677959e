package sharebuf.itest.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleListener;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.itest.swap.trap.Trap;
import sharebuf.video.VideoDevice;

/** What is known to go wrong when bundles are replaced, one test each. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class SwapTrapTest {
    private static final String OLD = "allocator.cma";

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
    private final List<ServiceRegistration<?>> hooks = new ArrayList<>();

    @BeforeEach
    void up() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "raspberrypi-4.json"), Map.of("lodgers", "0"), Duration.ofSeconds(20));
    }

    @AfterEach
    void down() {
        free();
        deployer.takeDown();
        assertThat(Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName)).doesNotContain("trap", OLD);
        assertThat(inventory.snapshot().buffers()).isEmpty();
    }

    /** From now on the trap meets this. */
    private void hook(String point, Callable<?> what) {
        hooks.add(context.registerService(Callable.class, what, new Hashtable<>(Map.of("trap", point))));
    }

    private void free() {
        hooks.forEach(ServiceRegistration::unregister);
        hooks.clear();
    }

    private Path trap(String version) throws IOException {
        return Jars.trap(folder, version, UnaryOperator.identity());
    }

    private Deployer.Change swap(String bundle, Path jar) {
        return deployer.swap(bundle, Optional.of(jar));
    }

    private void swapped(String bundle, Path jar) {
        Deployer.Change change = swap(bundle, jar);
        assertThat(change.done()).as(change.message()).isTrue();
    }

    private Bundle bundle(String name) {
        return Arrays.stream(context.getBundles()).filter(b -> name.equals(b.getSymbolicName())).findFirst().orElseThrow();
    }

    private Outcome<BufferSet> allocate(Session session) {
        return session.describe(BufferSpec.bytes(4096).in(0, List.of("cma")), List.of(UseId.parse("cpu"))).then(BufferSet::allocate);
    }

    private void serves(String bundle) {
        try (Session session = broker.open("test")) {
            allocate(session).orThrow();
        }
        assertThat(inventory.snapshot().seats()).filteredOn(s -> s.kind().equals("allocator") && s.name().equals("cma"))
                .allSatisfy(s -> assertThat(s.bundle() + " ").startsWith(bundle + " ")).allSatisfy(s -> assertThat(s.state()).isEqualTo(Snapshot.SeatState.SEATED));
    }

    /** The old one serves on, and nothing of the successor is left. */
    private void refused(Deployer.Change change, String... why) throws Exception {
        assertThat(change.done()).isFalse();
        assertThat(change.swapped()).isEmpty();
        assertThat(change.message()).contains(OLD + " 0.1.0 serves on").contains(why);
        assertThat(Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName)).doesNotContain("trap");
        Configuration[] left = configurations.listConfigurations("(service.factoryPid=trap.allocator)");
        assertThat(left).isNull();
        serves(OLD);
    }

    @Test
    @DisplayName("a bundle that is active and a service that is registered, with nothing behind it")
    void theConstructorThrows() throws Exception {
        hook("constructor", () -> {
            throw new IllegalStateException("no licence");
        });
        refused(swap(OLD, trap("1.0.0")), "trap 1.0.0", "does not come to allocator cma", "no licence");
    }

    @Test
    @DisplayName("one that cannot adopt what is live")
    void adoptThrows() throws Exception {
        hook("adopt", () -> {
            throw new UnsupportedOperationException("too much lives there");
        });
        refused(swap(OLD, trap("1.0.0")), "cannot adopt what is live", "too much lives there");
    }

    @Test
    @DisplayName("a jar that is half copied, at every sixteenth of it")
    void halfCopied() throws Exception {
        byte[] whole = Files.readAllBytes(trap("1.0.0"));
        for (int part = 0; part < 16; part++) {
            Path cut = Files.write(folder.resolve("cut.jar"), Arrays.copyOf(whole, whole.length * part / 16));
            refused(swap(OLD, cut), "cut.jar is no complete bundle");
        }
        refused(swap(OLD, folder.resolve("none.jar")), "there is no such file");
    }

    @Test
    @DisplayName("a jar for another version of the contracts")
    void anotherApi() throws Exception {
        refused(swap(OLD, Jars.trap(folder, "1.0.0", m -> m.replace("sharebuf.allocator;version=\"[1,2)\"", "sharebuf.allocator;version=\"[9,10)\""))),
                "it imports sharebuf.allocator [9,10), found 1.");
    }

    @Test
    @DisplayName("a jar with plug-ins of another kind")
    void anotherKind() throws Exception {
        refused(swap(OLD, Files.write(folder.resolve("mapops.jar"), Jars.versioned(Jars.product("mapops.direct"), "7"))), "it has no plug-in for allocator cma", "mapops");
    }

    @Test
    @DisplayName("a jar of another name takes exactly the seats of the old bundle, and is replaced by its own next version")
    void anotherName() throws Exception {
        try (Session session = broker.open("test")) {
            allocate(session).orThrow();
            swapped(OLD, trap("1.0.0"));
            serves("trap");
            swapped("trap", trap("1.0.1"));
            assertThat(deployer.swap("trap", Optional.empty()).swapped().orElseThrow().to()).isEqualTo("1.0.2");
            swapped("trap", Jars.product(OLD));
            serves(OLD);
        }
    }

    @Test
    @DisplayName("one that places bottom-up: what lives does not move, what is new lies low, the old class loader is gone")
    void bottomUp() throws Exception {
        try (Session session = broker.open("test")) {
            allocate(session).orThrow();
            BufferSet low = allocate(session).orThrow();
            allocate(session).orThrow();
            List<Long> before = offsets();
            low.close();
            long hole = before.stream().filter(o -> !offsets().contains(o)).findFirst().orElseThrow();
            List<Long> lives = offsets();
            Loader loader = Loader.of(bundle(OLD));
            swapped(OLD, trap("1.0.0"));
            assertThat(offsets()).isEqualTo(lives);
            assertThat(loader.isCollected()).isTrue();
            long lowest = 0;
            while (lives.contains(lowest)) {
                lowest += 4096;
            }
            allocate(session).orThrow();
            assertThat(offsets()).containsAll(lives).contains(lowest).hasSize(lives.size() + 1);
            assertThat(hole).isGreaterThanOrEqualTo(lowest);
        }
        assertThat(offsets()).isEmpty();
    }

    private List<Long> offsets() {
        return inventory.snapshot().regions().stream().filter(r -> r.name().equals("cma")).flatMap(r -> r.extents().stream()).map(o -> o.extent().offset()).toList();
    }

    @Test
    @DisplayName("exceptions of the plug-in, of the JDK, with causes: none of them keeps its class loader")
    void exceptionsKeepNothing() throws Exception {
        swapped(OLD, trap("1.0.0"));
        Loader loader = Loader.of(bundle("trap"));
        try (Session session = broker.open("test")) {
            for (Exception each : List.of(new IllegalStateException("plain"), new IOException("with a cause", new IllegalArgumentException("cause")))) {
                hook("place", () -> {
                    throw (Exception) each.getClass().getConstructor(String.class).newInstance(each.getMessage());
                });
                assertThat(allocate(session).why().orElseThrow().toString()).contains(each.getMessage());
                free();
            }
            hook("place", () -> {
                throw new StackOverflowError("an Error");
            });
            assertThat(allocate(session).isOk()).isFalse();
            free();
            swapped("trap", trap("1.0.1"));
            assertThat(loader.isCollected()).isTrue();
        }
    }

    @Test
    @DisplayName("listeners that a plug-in forgets, thread-locals that it leaves on a thread that ends, a thread of its own that ends")
    void whatThePluginLeavesBehind() throws Exception {
        swapped(OLD, trap("1.0.0"));
        Loader loader = Loader.of(bundle("trap"));
        CountDownLatch end = new CountDownLatch(1);
        Thread caller = litter(bundle("trap"), end);
        swapped("trap", trap("1.0.1"));
        end.countDown();
        caller.join();
        caller = null; // a thread that has ended keeps its context class loader as long as it is held itself
        assertThat(loader.isCollected()).isTrue();
    }

    /** A listener of the plug-in's classes, and a thread that has one of them in a thread-local and as its context class loader. */
    private static Thread litter(Bundle bundle, CountDownLatch end) throws ClassNotFoundException {
        Class<?> own = bundle.loadClass(Trap.class.getName());
        bundle.getBundleContext().addBundleListener((BundleListener) java.lang.reflect.Proxy.newProxyInstance(own.getClassLoader(), new Class<?>[] {BundleListener.class},
                (proxy, method, args) -> null));
        ThreadLocal<Class<?>> local = new ThreadLocal<>();
        return Thread.ofPlatform().start(() -> {
            local.set(own);
            Thread.currentThread().setContextClassLoader(own.getClassLoader());
            await(end);
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("a plug-in that swaps its own bundle in the middle of a call is refused, and the call goes on")
    void swapsItself() throws Exception {
        swapped(OLD, trap("1.0.0"));
        Path next = trap("1.0.1");
        AtomicReference<Deployer.Change> inside = new AtomicReference<>();
        AtomicReference<Deployer.Change> stopped = new AtomicReference<>();
        hook("place", () -> {
            inside.set(swap("trap", next));
            stopped.set(deployer.stop("trap"));
            return null;
        });
        serves("trap");
        assertThat(inside.get().message()).contains("trap is not changed: this thread is within a call into one of its plug-ins");
        assertThat(stopped.get().done()).isFalse();
        free();
        swapped("trap", next);
    }

    @Test
    @DisplayName("while a successor takes its time, requests are served and the registry is free")
    void noLockIsHeldMeanwhile() throws Exception {
        CountDownLatch adopting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        hook("adopt", () -> {
            adopting.countDown();
            await(go);
            return null;
        });
        Path jar = trap("1.0.0");
        CompletableFuture<Deployer.Change> change = CompletableFuture.supplyAsync(() -> swap(OLD, jar), r -> Thread.ofPlatform().start(r));
        await(adopting);
        serves(OLD);
        context.registerService(Runnable.class, () -> { }, new Hashtable<>(Map.of("a", "b"))).unregister();
        Bundle other = context.installBundle("elsewhere", new ByteArrayInputStream(Jars.versioned(Jars.product("allocator.generic"), "9")));
        other.start();
        other.uninstall();
        assertThat(change).isNotDone();
        go.countDown();
        assertThat(change.join().done()).as(change.join().message()).isTrue();
        serves("trap");
    }

    @Test
    @DisplayName("a new version beside the old one takes the seat when that is stopped, however late it is unbound")
    void boundBeforeTheOldIsUnbound() throws Exception {
        Bundle old = bundle(OLD);
        Configuration config = configurations.listConfigurations("(service.pid=sharebuf.allocator.cma~cma)")[0];
        String location = config.getBundleLocation();
        config.setBundleLocation("?");
        Bundle beside = context.installBundle("beside", new ByteArrayInputStream(Jars.versioned(Jars.product(OLD), "5")));
        try (Session session = broker.open("test")) {
            BufferSet live = allocate(session).orThrow();
            beside.start();
            serves(OLD + " 0.1.0");
            old.stop();
            allocate(session).orThrow();
            serves(OLD + " 5.0.0");
            live.close();
            old.start();
            beside.stop();
            allocate(session).orThrow();
            serves(OLD + " 0.1.0");
        } finally {
            config.setBundleLocation(location);
            beside.uninstall();
        }
    }

    @Test
    @DisplayName("update in place, with a refresh or without one: the new code serves, handles stay good, the old class loader goes")
    void updateInPlace() throws Exception {
        for (String name : List.of(OLD, "importer.v4l2")) {
            try (Session session = broker.open("test")) {
                BufferSet live = allocate(session).orThrow();
                VideoDevice camera = session.device(VideoDevice.class, "camera").orThrow();
                for (String version : List.of("2", "3")) {
                    Loader loader = Loader.of(bundle(name));
                    bundle(name).update(new ByteArrayInputStream(Jars.versioned(Jars.product(name), version)));
                    if (version.equals("3")) {
                        refresh(bundle(name));
                    }
                    allocate(session).orThrow().close();
                    assertThat(camera.formats(VideoDevice.Queue.CAPTURE)).isNotEmpty();
                    assertThat(inventory.snapshot().seats()).anySatisfy(s -> assertThat(s.bundle()).isEqualTo(name + " " + version + ".0.0"));
                    assertThat(loader.isCollected()).as("%s before %s", name, version).isTrue();
                }
                live.close();
            }
        }
    }

    private void refresh(Bundle bundle) {
        CountDownLatch done = new CountDownLatch(1);
        context.getBundle(org.osgi.framework.Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle),
                event -> Optional.of(event.getType()).filter(t -> t == FrameworkEvent.PACKAGES_REFRESHED).ifPresent(t -> done.countDown()));
        await(done);
    }

    @Test
    @DisplayName("an application's handle of a device is good for every version of its importer")
    void handlesAreNotStale() throws Exception {
        try (Session session = broker.open("test")) {
            VideoDevice camera = session.device(VideoDevice.class, "camera").orThrow();
            var formats = camera.formats(VideoDevice.Queue.CAPTURE);
            Loader loader = Loader.of(bundle("importer.v4l2"));
            assertThat(deployer.swap("importer.v4l2", Optional.empty()).done()).isTrue();
            assertThat(camera.formats(VideoDevice.Queue.CAPTURE)).isEqualTo(formats);
            assertThat(loader.isCollected()).isTrue();
        }
    }
}
