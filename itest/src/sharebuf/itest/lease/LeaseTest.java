package sharebuf.itest.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
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
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.Holding;
import sharebuf.inventory.Snapshot.HoldingKind;
import sharebuf.itest.MadeBundle;

/** A bundle that takes one of everything and goes, in every way in which a bundle can go. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class LeaseTest {
    private static final String IMPORTS = "org.osgi.framework,sharebuf.buffer,sharebuf.device,sharebuf.format";
    private static final long LIMIT_NANOS = 10_000_000_000L;
    private static final int ROUNDS = 100;
    private static final long ROUND_MILLIS = 50;

    @InjectBundleContext
    BundleContext context;
    @InjectService
    Deployer deployer;
    @InjectService
    Inventory inventory;
    @InjectService
    BufferBroker broker;
    @InjectService
    LogReaderService logs;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final LogListener listener = (LogEntry entry) -> said.add(entry.getMessage());

    @BeforeEach
    void board() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "raspberrypi-4.json"), Map.of(), Duration.ofSeconds(20));
        logs.addLogListener(listener);
    }

    @AfterEach
    void down() throws BundleException {
        logs.removeLogListener(listener);
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName().equals("greedy")) {
                bundle.uninstall();
            }
        }
        deployer.takeDown();
    }

    private Bundle install(String version, String throwing) throws Exception {
        return context.installBundle("lease:greedy", MadeBundle.of("greedy", version, Greedy.class, IMPORTS, new String[] {Greedy.THROWS, throwing}));
    }

    private void everythingIsBack(String how) {
        Snapshot now = inventory.snapshot();
        assertThat(now.sessions()).as(how).isEmpty();
        assertThat(now.holdings()).as(how).isEmpty();
        assertThat(now.buffers()).as(how).isEmpty();
        assertThat(now.mappings()).as(how).isEmpty();
        assertThat(now.regions()).as(how).allSatisfy(r -> assertThat(r.used()).isZero());
    }

    /** The framework does not tell of a bundle whose stop method threw; the broker looks by itself now and then. */
    private void eventually() {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!inventory.snapshot().sessions().isEmpty() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** The log tells of it, on a thread of its own. */
    private void told(String... words) throws InterruptedException {
        Queue<String> all = new LinkedBlockingQueue<>();
        for (String line = said.poll(10, TimeUnit.SECONDS); line != null; line = said.poll(10, TimeUnit.SECONDS)) {
            all.add(line);
            String found = line;
            if (List.of(words).stream().allMatch(found::contains)) {
                return;
            }
        }
        assertThat(all).as("a line with %s", List.of(words)).isEmpty();
    }

    @Test
    @DisplayName("what it holds is shown with kind, owner, call site and age while it runs, and given back when it stops; the log says where it came from")
    void stop() throws Exception {
        Bundle greedy = install("1.0.0", "nowhere");
        greedy.start();
        List<Holding> holdings = inventory.snapshot().holdings();
        assertThat(holdings).extracting(Holding::kind).containsExactlyInAnyOrder(HoldingKind.SET, HoldingKind.SET, HoldingKind.LEASE,
                HoldingKind.CPU_ACCESS);
        assertThat(holdings).anyMatch(h -> h.what().matches("CPU access to b\\d+, to read"));
        assertThat(holdings).allSatisfy(h -> {
            assertThat(h.session()).isEqualTo("greedy");
            assertThat(h.bundle()).isEqualTo("greedy 1.0.0");
            assertThat(h.at()).matches("sharebuf\\.itest\\.lease\\.Greedy\\.start:\\d+");
            assertThat(h.ageMillis()).isBetween(0L, 60_000L);
        });
        assertThat(holdings).filteredOn(h -> h.kind() == HoldingKind.SET).extracting(Holding::what)
                .anyMatch(w -> w.matches("set \\d+: 2 x NV12 640x480 for camera, display, mapped")).anyMatch(w -> w.matches("set \\d+: 1 x NV12 640x480 for camera, described"));
        greedy.stop();
        everythingIsBack("stopped");
        told("session 'greedy' of greedy 1.0.0", "left open", "Greedy.start:");
        told("2 x NV12 640x480 for camera, display", "Greedy.start:");
    }

    @Test
    @DisplayName("updated, uninstalled, thrown at in stop, thrown at in start: everything is back each time")
    void otherWaysToGo() throws Exception {
        Bundle greedy = install("1.0.0", "nowhere");
        greedy.start();
        greedy.update(MadeBundle.of("greedy", "1.1.0", Greedy.class, IMPORTS, new String[] {Greedy.THROWS, "stop"}));
        assertThat(inventory.snapshot().holdings()).as("the new version took its own, the old one's is back")
                .isNotEmpty().allMatch(h -> h.bundle().equals("greedy 1.1.0"));
        assertThat(inventory.snapshot().buffers()).hasSize(2);
        assertThatThrownBy(greedy::stop).isInstanceOf(BundleException.class);
        eventually();
        everythingIsBack("threw in stop");
        greedy.update(MadeBundle.of("greedy", "1.2.0", Greedy.class, IMPORTS, new String[] {Greedy.THROWS, "start"}));
        assertThatThrownBy(greedy::start).isInstanceOf(BundleException.class);
        everythingIsBack("threw in start");
        greedy.update(MadeBundle.of("greedy", "1.3.0", Greedy.class, IMPORTS, new String[] {Greedy.THROWS, "nowhere"}));
        greedy.start();
        assertThat(inventory.snapshot().buffers()).hasSize(2);
        greedy.uninstall();
        everythingIsBack("uninstalled");
    }

    @Test
    @DisplayName("a bundle that stopped opens no session any more, whoever still has its objects; while another bundle of the same name goes on")
    @SuppressWarnings("unchecked")
    void late() throws Exception {
        Bundle greedy = install("1.0.0", "nowhere");
        greedy.start();
        Supplier<Session> late = (Supplier<Session>) context.getService(context.getServiceReferences(Supplier.class, "(lease.late=true)").iterator().next());
        greedy.stop();
        assertThatThrownBy(late::get).isInstanceOf(IllegalStateException.class).hasMessageContaining("greedy 1.0.0").hasMessageContaining("late");
        everythingIsBack("stopped");
        try (Session own = broker.open("own")) {
            greedy.uninstall();
            assertThat(inventory.snapshot().sessions()).as("others keep theirs").hasSize(1);
            assertThat(own.name()).isEqualTo("own");
        }
    }

    @Test
    @DisplayName("its class loader can be collected while a set of somebody else lives that was taken with it below on the stack")
    void loaderOfAFrame() throws Exception {
        ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
        try (Session own = broker.open("own")) {
            collected(queue, takenThrough(own, queue));
            assertThat(inventory.snapshot().holdings()).singleElement().satisfies(h -> assertThat(h.at()).contains(LeaseTest.class.getName() + ".").doesNotContain("greedy"));
        }
    }

    @SuppressWarnings("unchecked")
    private WeakReference<ClassLoader> takenThrough(Session own, ReferenceQueue<ClassLoader> queue) throws Exception {
        Bundle greedy = install("1.0.0", "nowhere");
        greedy.start();
        WeakReference<ClassLoader> loader = new WeakReference<>(greedy.adapt(BundleWiring.class).getClassLoader(), queue);
        Consumer<Runnable> runs = (Consumer<Runnable>) context.getService(context.getServiceReferences(Consumer.class, "(lease.runs=true)").iterator().next());
        runs.accept(() -> own.describe(BufferSpec.bytes(4096), List.of(UseId.parse("cpu"))).then(BufferSet::allocate).orThrow());
        greedy.uninstall();
        return loader;
    }

    @Test
    @DisplayName("its class loader can be collected afterwards, though it took, lent, and threw")
    void loaderIsCollected() throws Exception {
        ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
        collected(queue, startAndEnd(queue));
    }

    private static void collected(ReferenceQueue<ClassLoader> queue, WeakReference<ClassLoader> loader) throws InterruptedException {
        for (int i = 0; i < ROUNDS && loader.get() != null; i++) {
            System.gc();
            queue.remove(ROUND_MILLIS);
        }
        assertThat(loader.get()).as("class loader of a bundle that is gone").isNull();
    }

    /** In a frame of its own: nothing of it is left on the stack. */
    private WeakReference<ClassLoader> startAndEnd(ReferenceQueue<ClassLoader> queue) throws Exception {
        Bundle greedy = install("1.0.0", "stop");
        greedy.start();
        WeakReference<ClassLoader> loader = new WeakReference<>(greedy.adapt(BundleWiring.class).getClassLoader(), queue);
        assertThatThrownBy(greedy::stop).isInstanceOf(BundleException.class);
        greedy.uninstall();
        eventually();
        everythingIsBack("uninstalled");
        return loader;
    }
}
