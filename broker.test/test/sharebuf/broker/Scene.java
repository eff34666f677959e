package sharebuf.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import sharebuf.broker.test.FakePlatform;
import sharebuf.broker.test.FakeRegion;
import sharebuf.allocator.Allocator;
import sharebuf.broker.seat.Occupant;
import sharebuf.broker.seat.Seat;
import sharebuf.buffer.Session;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.SegmentLimits;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;
import sharebuf.buffer.Outcome;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapops.direct.DirectMapOps;
import sharebuf.plugin.Plugin;

/** A broker on a fake platform, with short time limits. */
final class Scene implements AutoCloseable {
    static final long MIB = 1 << 20;

    final List<String> reports = Collections.synchronizedList(new ArrayList<>());
    final FakePlatform platform = new FakePlatform();
    final Broker broker;
    final Session session;
    final Map<Seat<?>, Long> seated = new HashMap<>();
    private long serviceId;

    Scene() {
        this(BrokerLimits.of(200, 150, 500, 300));
    }

    Scene(BrokerLimits limits) {
        broker = new Broker(limits, reports::add);
        broker.platform(platform);
        session = broker.open("test", "test 1.0.0", "here");
    }

    FakeRegion region(String name, long base, long size) {
        FakeRegion region = FakeRegion.of(name, base, size);
        region(region);
        return region;
    }

    void region(FakeRegion region) {
        platform.region(region.id().name(), region.size());
        broker.region(region);
    }

    long seat(String region, Allocator allocator, String pid) {
        sit(broker.allocatorSeat(region), allocator, pid, "bundle." + pid + " 1.0.0");
        return serviceId;
    }

    void leave(String region, long id) {
        broker.seats().leave(broker.allocatorSeat(region), id);
    }

    <P extends Plugin> void sit(Seat<P> seat, P plugin, String pid, String bundle) {
        sit(seat, plugin, pid, bundle, bundle.hashCode());
    }

    <P extends Plugin> long sit(Seat<P> seat, P plugin, String pid, String bundle, long bundleId) {
        broker.seats().sit(seat, plugin, new Occupant.Identity(++serviceId, pid, bundle, bundleId));
        seated.put(seat, serviceId);
        return serviceId;
    }

    /** Whoever sits there goes. */
    void leaveNow(Seat<?> seat) {
        broker.seats().leave(seat, seated.get(seat));
    }

    /** Whoever sits there goes, and another takes the seat. */
    <P extends Plugin> void replace(Seat<P> seat, P plugin, String pid, String bundle) {
        broker.seats().leave(seat, seated.get(seat));
        sit(seat, plugin, pid, bundle);
    }

    long mapops(String space, DmaMapOps ops) {
        return sit(broker.mapopsSeat(space), ops, "mapops." + space, "mapops 1.0.0", 0);
    }

    /** A device of bytes on the bus {@code soc}. */
    Use device(String name, Access access, DmaConstraints dma) {
        return device(name, "soc", access, dma, new Quiet(name, access, dma));
    }

    Use device(String name, String space, Access access, DmaConstraints dma, Importer importer) {
        return device(Node.of(new Device(name, List.of(), space, dma)), importer);
    }

    Use device(Node node, Importer importer) {
        String name = node.device().name();
        String space = node.device().addressSpace();
        broker.node(node);
        if (broker.mapopsSeat(space).lastPid().isEmpty()) {
            mapops(space, new DirectMapOps());
        }
        sit(broker.importers().seat(name, space), importer, "importer." + name, "importer 1.0.0");
        return broker.directory().find(new UseId(name, name)).map(p -> p.use()).orElse(null);
    }

    static DmaConstraints contiguous() {
        return DmaConstraints.builder().segments(SegmentLimits.CONTIGUOUS).build();
    }

    static DmaConstraints any() {
        return DmaConstraints.builder().build();
    }

    static List<UseId> uses(String... names) {
        return java.util.Arrays.stream(names).map(UseId::parse).toList();
    }

    /** Runs on a thread of its own: the common pool of a small machine runs one task at a time. */
    static <T> CompletableFuture<T> async(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, r -> Thread.ofPlatform().daemon().start(r));
    }

    int liveExtents() {
        return broker.all().stream().mapToInt(p -> p.ledger().count()).sum();
    }

    @Override
    public void close() {
        broker.close();
    }

    /** An importer that takes any bytes and says nothing. */
    static class Quiet implements Importer {
        final List<Attached> attached = new CopyOnWriteArrayList<>(); // calls to importers may overlap
        private final Use use;

        Quiet(String name, Access access, DmaConstraints dma) {
            use = new Use(new UseId(name, name), access, dma, List.of(), true, LettingGo.BETWEEN_JOBS, 0);
        }

        @Override
        public List<Use> uses() {
            return List.of(use);
        }

        @Override
        public Outcome<Outcome.Done> attached(Attached a) {
            attached.add(a);
            return Outcome.ok();
        }

        @Override
        public void detached(Attached a) {
            attached.remove(a);
        }
    }
}
