package sharebuf.broker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import sharebuf.allocator.Allocator;
import sharebuf.broker.seat.Occupant;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.UseId;
import sharebuf.exporter.Exporter;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.importer.StreamingDma;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Operations;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Violation;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceNode;
import sharebuf.platform.DriverMemory;
import sharebuf.platform.Platform;
import sharebuf.plugin.DriverFact;
import sharebuf.plugin.KnownDriver;
import sharebuf.plugin.Note;
import sharebuf.plugin.Plugin;
import sharebuf.seating.Seating;

/** Feeds the broker with what comes and goes in the registry. */
@Component(name = "sharebuf.broker", immediate = true, service = {BrokerComponent.class, Inventory.class, Operations.class, Fences.class, Notes.class,
    StreamingDma.class, DriverMemory.class, Seating.class})
public final class BrokerComponent implements Inventory, Operations, Fences, Notes, StreamingDma, DriverMemory, Seating, SynchronousBundleListener {
    /** How long the broker waits, in milliseconds, each from 1 to 600000. */
    public @interface Config {
        /**
         * A call into a plug-in is interrupted after this.
         *
         * @return milliseconds
         */
        long callMillis() default 5_000;

        /**
         * A plug-in that went is waited for so long.
         *
         * @return milliseconds
         */
        long graceMillis() default 2_000;

        /**
         * Calls in flight are waited for so long when a plug-in goes.
         *
         * @return milliseconds
         */
        long drainMillis() default 5_000;

        /**
         * Jobs are waited for so long before their buffer is unmapped or freed.
         *
         * @return milliseconds
         */
        long fenceMillis() default 2_000;
    }

    /** One service may be plug-in of several kinds at once, each with a seat of its own. */
    private record Sitting(SeatKind kind, long serviceId) {
    }

    private final Broker broker;
    private final DriverBuffers driverBuffers;
    private final BundleContext context;
    private final Logger log;
    private final Thread ticker;
    private final Map<Sitting, Seat<?>> taken = new ConcurrentHashMap<>();
    private final Map<DeviceNode, Device> nodes = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /**
     * Starts the broker.
     *
     * @param context of this bundle
     * @param config the time limits
     * @param log for reports
     */
    @Activate
    public BrokerComponent(BundleContext context, Config config, @Reference(service = LoggerFactory.class) Logger log) {
        this.context = context;
        this.log = log;
        this.broker = new Broker(BrokerLimits.of(config.callMillis(), config.graceMillis(), config.drainMillis(), config.fenceMillis()), log::warn);
        this.driverBuffers = new DriverBuffers(broker);
        context.addBundleListener(this);
        broker.lessons().drivers(knownDrivers());
        ticker = new Thread(this::tick, "sharebuf-seats");
        ticker.setDaemon(true);
        ticker.start();
    }

    /** Those who wait in line sit when a grace time is over; nobody else would look. */
    private void tick() {
        while (!stopped) {
            LockSupport.parkNanos(this, 100_000_000);
            broker.seats().tick();
            broker.sweep();
            broker.settle();
            // The framework tells of no bundle whose stop method threw.
            broker.bundlesStopped(this::running);
        }
    }

    @Deactivate
    void stop() {
        stopped = true;
        LockSupport.unpark(ticker);
        context.removeBundleListener(this);
        broker.close();
    }

    Broker broker() {
        return broker;
    }

    @Override
    public Outcome<UseId> attach(long set, UseId use, MovePolicy policy) {
        return new OperatorDesk(broker).attach(set, use, policy);
    }

    @Override
    public Outcome<MovePlan> plan(long set, UseId use) {
        return new OperatorDesk(broker).plan(set, use);
    }

    @Override
    public Outcome<Outcome.Done> detach(long set, UseId use) {
        return new OperatorDesk(broker).detach(set, use);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void bindPlatform(Platform platform) {
        broker.platform(platform);
    }

    void unbindPlatform(Platform platform) {
        broker.platformGone(platform);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindRegion(MemoryRegion region) {
        broker.region(region);
    }

    void unbindRegion(MemoryRegion region) {
        broker.regionGone(region);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindNode(ServiceReference<DeviceNode> ref, DeviceNode node) {
        Device device = node.device();
        nodes.put(node, device);
        List<String> names = Stream.of(DeviceNode.KERNEL_NAME, DeviceNode.DRIVER).map(ref::getProperty).filter(String.class::isInstance).map(String.class::cast).toList();
        broker.node(new Node(device, names, ref.getProperty(DeviceNode.DRIVER) instanceof String driver ? driver : "",
                ref.getProperty(DeviceNode.MASK) instanceof Long mask ? mask : Node.ALL, DeviceNode.ALLOW.equals(ref.getProperty(DeviceNode.BOUNCE)),
                ref.getProperty(DeviceNode.BOUNCE) != null));
    }

    void unbindNode(DeviceNode node) {
        Device device = nodes.remove(node);
        if (device != null) {
            broker.nodeGone(device);
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAllocator(ServiceReference<Allocator> ref, Allocator allocator) {
        sit(ref, allocator, broker.allocatorSeat(name(ref, MemoryRegion.REGION)));
    }

    void unbindAllocator(ServiceReference<Allocator> ref) {
        endIfStopping();
        leave(ref, SeatKind.ALLOCATOR);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindMapOps(ServiceReference<DmaMapOps> ref, DmaMapOps mapOps) {
        sit(ref, mapOps, broker.mapopsSeat(name(ref, DmaMapOps.ADDRESS_SPACE)));
    }

    void unbindMapOps(ServiceReference<DmaMapOps> ref) {
        endIfStopping();
        leave(ref, SeatKind.MAPOPS);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindImporter(ServiceReference<Importer> ref, Importer importer) {
        String device = name(ref, Importer.DEVICE);
        Object space = ref.getProperty(DmaMapOps.ADDRESS_SPACE);
        sit(ref, importer, broker.importers().seat(device, space instanceof String s ? s : device));
    }

    void unbindImporter(ServiceReference<Importer> ref) {
        endIfStopping();
        leave(ref, SeatKind.IMPORTER);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindExporter(ServiceReference<Exporter> ref, Exporter exporter) {
        sit(ref, exporter, broker.exporterSeat(name(ref, Exporter.EXPORTER)));
    }

    void unbindExporter(ServiceReference<Exporter> ref) {
        endIfStopping();
        leave(ref, SeatKind.EXPORTER);
    }

    /**
     * When the framework stops this bundle, the services here go first, then the importers that use them, and this component last; then
     * nobody would be left to stop a device. So sessions end with the first plug-in that goes, which is still there.
     */
    private void endIfStopping() {
        if (context.getBundle().getState() == Bundle.STOPPING && !broker.over()) {
            broker.end();
        }
    }

    private static String name(ServiceReference<?> ref, String key) {
        if (ref.getProperty(key) instanceof String name && !name.isBlank()) {
            return name;
        }
        throw new IllegalArgumentException("service " + ref.getProperty(Constants.SERVICE_ID) + ": a service without the property " + key + ", a String that names its seat");
    }

    private <P extends Plugin> void sit(ServiceReference<P> ref, P service, Seat<P> seat) {
        long id = (Long) ref.getProperty(Constants.SERVICE_ID);
        taken.put(new Sitting(seat.kind(), id), seat);
        Bundle bundle = ref.getBundle();
        if (bundle != null) {
            broker.seats().sit(seat, service, new Occupant.Identity(id, pid(ref), name(bundle), bundle.getBundleId()));
        }
        // The component runtime does not unbind what went while it was being bound.
        if (ref.getBundle() == null) {
            leave(ref, seat.kind());
        }
    }

    private void leave(ServiceReference<?> ref, SeatKind kind) {
        long id = (Long) ref.getProperty(Constants.SERVICE_ID);
        Seat<?> seat = taken.remove(new Sitting(kind, id));
        if (seat != null) {
            broker.seats().leave(seat, id);
        }
    }

    /** The identity of a plug-in: its {@code service.pid}; of one without, its component or bundle. */
    private static String pid(ServiceReference<?> ref) {
        Object value = ref.getProperty(Constants.SERVICE_PID);
        return switch (value) {
            case String pid -> pid;
            case String[] pids when pids.length > 0 -> pids[0];
            case List<?> pids when !pids.isEmpty() -> String.valueOf(pids.getFirst());
            case null, default -> ref.getProperty("component.name") instanceof String name ? name : "service " + ref.getProperty(Constants.SERVICE_ID);
        };
    }

    /** Whether a bundle of that name and version runs, or is about to or no longer: it may still use what it took. */
    private boolean running(String name) {
        for (Bundle bundle : context.getBundles()) {
            if ((bundle.getState() & BrokerService.RUNNING) != 0 && name(bundle).equals(name)) {
                return true;
            }
        }
        return name.equals(BrokerService.UNKNOWN);
    }

    static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        switch (event.getType()) {
            case BundleEvent.STOPPED -> broker.bundlesStopped(this::running);
            case BundleEvent.INSTALLED, BundleEvent.UPDATED, BundleEvent.UNINSTALLED -> broker.lessons().drivers(knownDrivers());
            default -> {
                // Nothing else changes what bundles say or hold.
            }
        }
    }

    /** What bundles say of kernel drivers: each says it as soon as it is installed. */
    private Map<KnownDriver, String> knownDrivers() {
        Map<KnownDriver, String> known = new LinkedHashMap<>();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            if (revision != null) {
                for (BundleCapability capability : revision.getDeclaredCapabilities(DriverFact.NAMESPACE)) {
                    try {
                        known.putIfAbsent(KnownDriver.of(capability.getAttributes()), name(bundle));
                    } catch (IllegalArgumentException | ArithmeticException e) {
                        log.warn("{} says of a kernel driver what makes no sense, and is not heard: {}", name(bundle), e.getMessage());
                    }
                }
            }
        }
        return known;
    }

    @Override
    public Snapshot snapshot() {
        return InventoryView.of(broker);
    }

    @Override
    public List<Hypothesis> learnt() {
        return broker.lessons().learnt();
    }

    @Override
    public List<Violation> violations() {
        return broker.violations();
    }

    @Override
    public DmaAddress map(UseId use, ObjectId object, long offset, long size, Access direction, Set<Attribute> attributes) {
        return broker.streaming().map(use, object, offset, size, direction, attributes);
    }

    @Override
    public void unmap(DmaAddress address, long size, Access direction, Set<Attribute> attributes) {
        broker.streaming().unmap(address, size, direction, attributes);
    }

    @Override
    public void syncForCpu(DmaAddress address, long size, Access direction) {
        broker.streaming().syncForCpu(address, size, direction);
    }

    @Override
    public void syncForDevice(DmaAddress address, long size, Access direction) {
        broker.streaming().syncForDevice(address, size, direction);
    }

    @Override
    public void begin(UseId use, BufferId buffer) {
        broker.jobs().begin(use, buffer);
    }

    @Override
    public boolean tryBegin(UseId use, BufferId buffer) {
        return broker.jobs().tryBegin(use, buffer);
    }

    @Override
    public void keep(UseId use, BufferId buffer) {
        broker.jobs().keep(use, buffer);
    }

    @Override
    public void letGo(UseId use, BufferId buffer) {
        broker.jobs().letGo(use, buffer);
    }

    @Override
    public void complete(UseId use, BufferId buffer) {
        broker.jobs().complete(use, buffer);
    }

    @Override
    public void keep(UseId use, BufferId buffer, Note note) {
        broker.notes().keep(use, buffer, note);
    }

    @Override
    public void drop(UseId use, BufferId buffer) {
        broker.notes().drop(use, buffer);
    }

    @Override
    public Optional<Note> kept(UseId use, BufferId buffer) {
        return broker.notes().kept(use, buffer);
    }

    @Override
    public Outcome<ObjectId> allocate(UseId use, long bytes) {
        return driverBuffers.allocate(use, bytes);
    }

    @Override
    public void free(ObjectId object) {
        driverBuffers.free(object);
    }

    @Override
    public List<Place> places(long bundle) {
        return broker.seats().of(bundle).stream().map(s -> new Place(s.kind().word(), s.name())).toList();
    }

    @Override
    public List<Place> uncovered(long from, long to) {
        return broker.seats().takeover(from, to).uncovered();
    }

    @Override
    public Outcome<Outcome.Done> rehearse(long from, long to) {
        return broker.seats().takeover(from, to).rehearse();
    }

    @Override
    public Outcome<Given> giveOver(long from, long to) {
        return broker.seats().takeover(from, to).giveOver();
    }

    @Override
    public boolean isInside(long bundle) {
        return broker.seats().isInside(bundle);
    }
}
