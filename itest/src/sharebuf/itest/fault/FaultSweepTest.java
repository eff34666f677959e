package sharebuf.itest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import org.osgi.util.tracker.ServiceTracker;
import sharebuf.allocator.Allocator;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.exporter.Exporter;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Importer;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.plugin.Live;
import sharebuf.seating.Seating;

/**
 * Every method of every plug-in interface, found by reflection, misbehaves in every way there is: it throws an exception or an Error,
 * blocks, blocks without listening, answers garbage, stops its own bundle. The core stays sound: every call ends, nothing is left
 * behind, and everybody else goes on.
 */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class FaultSweepTest {
    private static final BufferSpec PICTURE = BufferSpec.picture(PixelFormat.NV12, 64, 64);

    private static final String BOARD = """
            {"feature-resource-version": "1.0", "id": "test:sweep:1", "name": "sweep",
             "bundles": [{"id": "org.sharebuf:allocator.cma:0.1.0"}, {"id": "org.sharebuf:mapops.direct:0.1.0"}, {"id": "org.sharebuf:importer.v4l2:0.1.0"}],
             "configurations": {
               "sharebuf.sim.memory~dram": {"base": "0x0", "size": "16MiB"},
               "sharebuf.sim.region~pool": {"sharebuf.region": "pool", "base": "0x0", "size": "8MiB", "reusable": true},
               "sharebuf.sim.region~faulty": {"sharebuf.region": "faulty", "base": "8MiB", "size": "4MiB", "seat": "vacant"},
               "sharebuf.sim.device~camera": {"sharebuf.device": "camera", "sharebuf.node": "v4l2", "role": "capture", "sharebuf.addressSpace": "soc",
                                              "maxSegments": "1", "formats": ["NV12"], "sizes": "16x16..4096x4096/2x2"},
               "sharebuf.sim.device~narrow": {"sharebuf.device": "narrow", "sharebuf.node": "v4l2", "role": "capture", "sharebuf.addressSpace": "soc", "mask": "0x7fffff",
                                              "maxSegments": "1", "formats": ["NV12"], "sizes": "16x16..4096x4096/2x2"},
               "sharebuf.sim.device~probe": {"sharebuf.device": "probe", "sharebuf.node": "v4l2", "role": "capture", "sharebuf.addressSpace": "odd",
                                             "formats": ["NV12"], "sizes": "16x16..4096x4096/2x2"},
               "sharebuf.allocator.cma~pool": {"sharebuf.region": "pool"},
               "sharebuf.mapops.direct~soc": {"sharebuf.addressSpace": "soc"},
               "sharebuf.importer.v4l2~camera": {"sharebuf.device": "camera"},
               "sharebuf.importer.v4l2~narrow": {"sharebuf.device": "narrow"}}}
            """;

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @TempDir
    Path folder;
    private Configuration limits;
    private ServiceTracker<BufferBroker, BufferBroker> brokers;
    private ServiceTracker<Inventory, Inventory> inventories;
    private ServiceTracker<Deployer, Deployer> deployers;
    private ServiceTracker<Seating, Seating> seatings;
    private Deployer deployer;
    private volatile String said = "";

    @BeforeEach
    void board() throws Exception {
        limits = configurations.getConfiguration("sharebuf.broker", "?");
        limits.update(new Hashtable<>(Map.of("callMillis", 200L, "graceMillis", 30L, "drainMillis", 200L, "fenceMillis", 200L)));
        // The broker starts anew with these limits; what came before is not the one to test.
        inventories = new ServiceTracker<>(context, context.createFilter("(&(objectClass=" + Inventory.class.getName() + ")(callMillis=200))"), null);
        inventories.open();
        assertThat(inventories.waitForService(10_000)).isNotNull();
        brokers = new ServiceTracker<>(context, BufferBroker.class, null);
        brokers.open();
        assertThat(brokers.waitForService(10_000)).isNotNull();
        seatings = new ServiceTracker<>(context, Seating.class, null);
        seatings.open();
        assertThat(seatings.waitForService(10_000)).isNotNull();
        deployers = new ServiceTracker<>(context, Deployer.class, null);
        deployers.open();
        deployer = deployers.waitForService(10_000);
        Path file = Files.writeString(folder.resolve("sweep.json"), BOARD);
        deployer.bringUp(file, Map.of(), Duration.ofSeconds(2));
    }

    @AfterEach
    void down() throws Exception {
        deployer.takeDown();
        limits.delete();
        // The broker starts anew, and everybody who refers to it: the next test must not begin with the one that goes.
        ServiceTracker<Inventory, Inventory> usual = new ServiceTracker<>(context, context.createFilter("(&(objectClass=" + Inventory.class.getName() + ")(!(callMillis=200)))"), null);
        usual.open();
        assertThat(usual.waitForService(10_000)).isNotNull();
        usual.close();
        brokers.close();
        inventories.close();
        deployers.close();
        seatings.close();
    }

    @Test
    @DisplayName("no misbehaving method of any plug-in interface harms the core")
    void sweep() throws Exception {
        int cases = 0;
        List<String> unreached = new ArrayList<>();
        for (Class<?> type : Victim.INTERFACES) {
            for (Method method : Arrays.stream(type.getMethods()).filter(m -> !Modifier.isStatic(m.getModifiers())).sorted(Comparator.comparing(Method::getName)).toList()) {
                CountDownLatch end = new CountDownLatch(1);
                end.countDown();
                for (String name : Fault.of(method, end).keySet()) {
                    int hits = one(type, method, name);
                    cases++;
                    if (hits == 0 && isAsked(type, method)) {
                        unreached.add(type.getSimpleName() + "." + method.getName() + ", " + name + ": " + said);
                    }
                }
            }
        }
        assertThat(unreached).as("methods that the scenario does not call").isEmpty();
        assertThat(cases).isGreaterThan(80);
    }

    /** Calls of importers and exporters may last, and are asked to make way; of extents only, what changes while a successor rehearses is noted. */
    private static boolean isAsked(Class<?> type, Method method) {
        return switch (method.getName()) {
            case "makeWay", "carryOn" -> type == Importer.class || type == Exporter.class;
            case "catchUp" -> type == Allocator.class;
            default -> true;
        };
    }

    private int one(Class<?> type, Method method, String name) throws Exception {
        String what = type.getSimpleName() + "." + method.getName() + ", " + name;
        CountDownLatch end = new CountDownLatch(1);
        Fault fault = Fault.of(method, end).get(name);
        AtomicReference<Throwable> escaped = new AtomicReference<>();
        List<Victim> victims = new CopyOnWriteArrayList<>();
        Thread client = Thread.ofPlatform().daemon().name("client of " + what).start(() -> {
            try {
                victims.add(Victim.install(context, "victim", type, method, fault));
                scenario();
                live(victims, () -> Victim.install(context, "again", type, method, fault));
            } catch (Throwable t) {
                escaped.set(t);
            }
        });
        // A deaf plug-in keeps its caller; everybody else must go on meanwhile.
        client.join(name.endsWith("deaf") ? 800 : 30_000);
        healthy(what);
        end.countDown();
        client.join(30_000);
        assertThat(client.isAlive()).as("%s: the client's calls end", what).isFalse();
        assertThat(escaped.get()).as(what).isNull();
        int hits = victims.stream().mapToInt(Victim::hits).sum();
        for (Victim victim : victims) {
            victim.uninstall();
        }
        healthy(what);
        clean(what);
        return hits;
    }

    /** What an application does with the victim's device. Refusals are fine; exceptions are not. */
    private void scenario() {
        BufferBroker broker = brokers.getService();
        try (Session session = broker.open("sweep")) {
            said = broker.explain(BufferSpec.bytes(8192), List.of(Victim.USE)).refusal().map(Object::toString).orElse("");
            // More than there is: would copying help?
            session.allocateFor(BufferSpec.bytes(64L << 20), List.of(Victim.USE)).asOptional().ifPresent(BufferSet::close);
            session.device(Importer.class, Victim.USE.device()); // any interface of the service will do to be asked for
            session.allocateApart(BufferSpec.bytes(4096), List.of(Victim.USE, UseId.parse("cpu"))).asOptional().ifPresent(s -> s.sets().forEach(BufferSet::close));
            Outcome<BufferSet> described = session.describe(BufferSpec.bytes(8192).count(2), List.of(Victim.USE));
            described.then(set -> set.allocate()).then(BufferSet::map).asOptional().ifPresent(set -> {
                set.attach(UseId.parse("cpu"), MovePolicy.NEVER);
                set.buffers().getFirst().beginCpuAccess(Access.WRITE, Duration.ofMillis(100)).asOptional().ifPresent(CpuAccess::close);
                set.attachments().getFirst().detach();
                set.attach(Victim.USE, MovePolicy.NEVER);
            });
        }
    }

    /** Buffers move away from the victim's memory, and its seats go from hand to hand. */
    private void live(List<Victim> victims, Callable<Victim> again) throws Exception {
        Seating seating = seatings.getService();
        long first = victims.getFirst().id();
        try (Session session = brokers.getService().open("live")) {
            session.allocateFor(PICTURE, List.of(Victim.EASY)).then(set -> set.attach(UseId.parse("narrow"), new MovePolicy.Allow(Long.MAX_VALUE))).why()
                    .ifPresent(why -> said = why.toString());
            session.allocateFor(BufferSpec.bytes(8192), List.of(Victim.USE));
            Victim failing = Victim.install(context, "failing", Allocator.class, Allocator.class.getMethod("adopt", Live.class), (m, args, own) -> {
                throw new IllegalStateException("this one never adopts");
            });
            victims.add(failing);
            seating.giveOver(first, failing.id());
            failing.uninstall();
            victims.remove(failing);
            Victim good = Victim.good(context, "good");
            victims.add(good);
            seating.giveOver(first, good.id());
            victims.add(again.call());
            seating.rehearse(good.id(), victims.getLast().id());
            session.allocateFor(BufferSpec.bytes(4096), List.of(Victim.USE)); // something to catch up with
            seating.giveOver(good.id(), victims.getLast().id());
        }
    }

    private void healthy(String what) {
        BufferBroker broker = brokers.getService();
        assertThat(broker).as("%s: the broker is there", what).isNotNull();
        try (Session session = broker.open("healthy")) {
            Outcome<BufferSet> set = session.allocateFor(PICTURE, List.of(UseId.parse("camera")));
            assertThat(set.why()).as("%s: everybody else goes on", what).isEmpty();
            set.orThrow().buffers().getFirst().beginCpuAccess(Access.READ, Duration.ofMillis(100)).orThrow().close();
        }
    }

    private void clean(String what) {
        Snapshot now = inventories.getService().snapshot();
        assertThat(now.buffers()).as(what).isEmpty();
        assertThat(now.mappings()).as(what).isEmpty();
        assertThat(now.sessions()).as(what).isEmpty();
        assertThat(now.regions()).as(what).allSatisfy(r -> assertThat(r.used()).isZero());
    }
}
