package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Request;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.MappingLedger;
import sharebuf.broker.ledger.Pins;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.seat.Holdings;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.broker.seat.Seats;
import sharebuf.broker.seat.Watchdog;
import sharebuf.broker.solve.Demand;
import sharebuf.broker.solve.Directory;
import sharebuf.broker.solve.Explainer;
import sharebuf.broker.solve.Party;
import sharebuf.broker.solve.Pictures;
import sharebuf.broker.solve.Placer;
import sharebuf.broker.solve.LeftOut;
import sharebuf.broker.solve.Planner;
import sharebuf.broker.solve.Regions;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.ForeignAddressException;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.device.Device;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.exporter.Exporter;
import sharebuf.format.Layout;
import sharebuf.importer.Importer;
import sharebuf.inventory.Snapshot.SeatState;
import sharebuf.inventory.Violation;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryRegion;
import sharebuf.platform.Platform;
import sharebuf.plugin.Live;

/**
 * The core: knows what is live and asks those who decide. No OSGi type; {@link BrokerComponent} feeds it.
 *
 * <p>Thread-safe.
 */
final class Broker implements AutoCloseable, Regions {
    private final BrokerLimits limits;
    private final Consumer<String> report;
    private final Watchdog watchdog = new Watchdog();
    private final Seats seats;
    private final Directory directory = new Directory();
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private final Map<String, Place> regions = new ConcurrentSkipListMap<>();
    private final MappingLedger mappings = new MappingLedger();
    private final Map<BufferId, BufferRecord> buffers = new ConcurrentSkipListMap<>();
    private final Map<Long, SessionImpl> sessions = new ConcurrentSkipListMap<>();
    private final ImporterNotes notes = new ImporterNotes(this::mapped);
    private final AtomicReference<Platform> platform = new AtomicReference<>();
    private final AtomicLong lastBuffer = new AtomicLong();
    private final AtomicLong lastAttachment = new AtomicLong();
    private final AtomicLong lastSession = new AtomicLong();
    private final AtomicLong lastSet = new AtomicLong();
    private final Jobs jobs = new Jobs(this);
    private final Importers importers = new Importers(this, notes);
    private final Lessons lessons;
    private final Planner planner;
    private final Placer placer = new Placer(this, this::curable);
    private final Violations violations;
    private final Streaming streaming;
    private final Mapper mapper;
    private final Facades facades;
    private final Quarantine quarantine;
    private final Imports imports = new Imports(this);
    private volatile boolean over;
    private final Bandwidth bandwidth = new Bandwidth();

    Broker(BrokerLimits limits, Consumer<String> report) {
        this.limits = limits;
        this.report = report;
        this.seats = new Seats(watchdog, limits.seats(), report);
        this.lessons = new Lessons(this);
        this.planner = new Planner(directory, seats, this::placeable);
        this.violations = new Violations(report);
        this.streaming = new Streaming(mappings, this::platformOrThrow, violations);
        this.mapper = new Mapper(seats, mappings, this::platformOrThrow, report, streaming::unmapping);
        this.facades = new Facades(seats, this::closed);
        this.quarantine = new Quarantine(this::outside, this::worked, this::release, report, limits.fenceNanos());
    }

    // What the platform brings.

    void platform(Platform p) {
        platform.set(p);
    }

    void platformGone(Platform p) {
        platform.compareAndSet(p, null);
    }

    Optional<Platform> platform() {
        return Optional.ofNullable(platform.get());
    }

    Platform platformOrThrow() {
        return platform().orElseThrow(() -> new RefusedException(Refusal.of(Errno.ENODEV, "platform", "none", "a platform bundle that is started").fixedBy("start=platform.sim")));
    }

    /** What a device can and where it is. */
    Optional<Node> node(String device) {
        return Optional.ofNullable(nodes.get(device));
    }

    Optional<Place> place(String region) {
        return Optional.ofNullable(regions.get(region));
    }

    void region(MemoryRegion region) {
        String name = region.id().name();
        RegionLedger ledger = new RegionLedger(region);
        Seat<Allocator> seat = seats.open(SeatKind.ALLOCATOR, name, Allocator.class, holdings(name), a -> { });
        regions.put(name, new Place(ledger, seat));
    }

    void regionGone(MemoryRegion region) {
        Place place = regions.get(region.id().name());
        if (place != null && place.ledger().region() == region) {
            regions.remove(region.id().name());
            lessons.forget(region.id().name());
            if (place.ledger().used() > 0) {
                report.accept("region " + region.id() + " went with " + place.ledger().count() + " live extents");
            }
            seats.close(SeatKind.ALLOCATOR, region.id().name());
        }
    }

    private Holdings holdings(String region) {
        return new RegionHoldings(() -> place(region).map(Place::ledger));
    }

    void node(Node node) {
        Device device = node.device();
        nodes.put(device.name(), node);
        directory.describe(device);
        importers.seat(device.name(), device.addressSpace());
        mapopsSeat(device.addressSpace());
    }

    void nodeGone(Device device) {
        nodes.computeIfPresent(device.name(), (name, node) -> node.device().equals(device) ? null : node);
        directory.remove(device.name());
        lessons.deviceGone(device.name());
        streaming.gone(device.name(), "removal of device " + device.name());
        // Its DMA is over, however its jobs ended.
        buffers.values().forEach(b -> b.reservation().completeAll(use -> use.device().equals(device.name())));
        seats.close(SeatKind.IMPORTER, device.name());
        if (nodes.values().stream().noneMatch(n -> n.device().addressSpace().equals(device.addressSpace()))) {
            seats.close(SeatKind.MAPOPS, device.addressSpace());
        }
    }

    // Seats for plug-ins.

    Seats seats() {
        return seats;
    }

    Seat<Allocator> allocatorSeat(String region) {
        return seats.open(SeatKind.ALLOCATOR, region, Allocator.class, holdings(region), a -> { });
    }

    Seat<DmaMapOps> mapopsSeat(String space) {
        return seats.open(SeatKind.MAPOPS, space, DmaMapOps.class, () -> new Live(List.of(), mappings.ofSpace(space), List.of()), m -> { });
    }

    Seat<Exporter> exporterSeat(String name) {
        return seats.open(SeatKind.EXPORTER, name, Exporter.class, () -> Live.NOTHING, e -> { });
    }

    // What applications ask.

    Session open(String name, String bundle, String openedAt) {
        if (over) {
            throw closed("no session '" + name + "'");
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("a session needs a name that is not blank");
        }
        SessionImpl session = new SessionImpl(this, lastSession.incrementAndGet(), name, bundle, openedAt);
        sessions.put(session.number(), session);
        return session;
    }

    void ended(SessionImpl session) {
        sessions.remove(session.number());
        regions.values().forEach(p -> p.ledger().forget(session.number()));
    }

    /** The bundle has stopped: what its sessions still hold is given back, and told. */
    void bundleStopped(String bundle) {
        for (SessionImpl s : List.copyOf(sessions.values())) {
            if (s.bundle().equals(bundle)) {
                s.giveBack();
            }
        }
    }

    /** The same of every bundle that is not running. */
    void bundlesStopped(Predicate<String> running) {
        sessions.values().stream().map(SessionImpl::bundle).distinct().filter(b -> !running.test(b)).toList().forEach(this::bundleStopped);
    }

    List<Use> uses() {
        return directory.uses().stream().filter(u -> importerThere(u.id().device())).toList();
    }

    private boolean importerThere(String device) {
        return seats.find(SeatKind.IMPORTER, device, Importer.class).map(s -> s.state() != SeatState.GONE).orElse(false);
    }

    Directory directory() {
        return directory;
    }

    Explanation explain(BufferSpec spec, List<UseId> uses) {
        Explanation direct = explained(planner.plan(spec, uses), spec, uses);
        Explanation best = direct.refusal().isEmpty() ? direct : planner.bouncing(spec, uses).map(all -> explained(all.first(), spec, uses)).filter(e -> e.refusal().isEmpty()).orElse(direct);
        return new Explanation(best.request(), best.uses(), best.constraints(), best.allocators(), best.choices(), best.refusal().map(why -> helped(why, spec, uses)));
    }

    /** What a caller gets to read: a fix that leaves uses out was tried. */
    <T> Outcome<T> helped(Outcome<T> outcome, BufferSpec spec, List<UseId> uses) {
        return outcome.why().map(why -> Outcome.<T>no(helped(why, spec, uses))).orElse(outcome);
    }

    private Refusal helped(Refusal why, BufferSpec spec, List<UseId> uses) {
        return LeftOut.tried(why, uses, some -> planner.plan(spec, some).then(this::placeable).isOk());
    }

    private Outcome<String> placeable(Demand d) {
        return switch (placer.explain("explain", d, lessons.doubts(d.parties()))) {
            case Placer.Result.Yes(Placer.Placed p) -> Outcome.ok(String.join(" ", p.allocators()));
            case Placer.Result.No(Placer.Failed f) -> Outcome.no(f.refusal());
        };
    }

    private Explanation explained(Outcome<Demand> planned, BufferSpec spec, List<UseId> uses) {
        return switch (planned) {
            case Outcome.Ok<Demand>(Demand d) -> Explainer.of(d, placer.explain("explain", d, lessons.doubts(d.parties())));
            case Outcome.No<Demand>(Refusal why) -> Explainer.of(spec, uses, why);
        };
    }

    Optional<ObjectId> lookup(DmaAddress address) {
        if (directory.device(address.device()).isEmpty()) {
            throw new IllegalArgumentException("no device '" + address.device() + "' on this board");
        }
        Optional<ObjectId> own = mappings.lookup(address.device(), address.address());
        if (own.isEmpty()) {
            List<String> others = mappings.devicesAt(address.address());
            if (!others.isEmpty()) {
                throw new ForeignAddressException(address, String.join(", ", others));
            }
        }
        return own;
    }

    Optional<Refusal> pictureMisfit(Demand standing, Party party, List<UseId> all) {
        return Pictures.misfit(standing.spec(), standing.layout(), party, all);
    }

    /** A special exporter may want the buffers, and give them a layout of its own; what breaks the usual one is not taken. */
    Demand exported(String owner, Demand d) {
        Request first = new Request(owner, d.spec(), 0, d.layout().objects().getFirst(), d.memory(), d.spec().attributes(), Optional.of(d.layout()));
        for (Seat<Exporter> seat : seats.of(SeatKind.EXPORTER, Exporter.class)) {
            Outcome<Layout> layout = seat.callIfThere("takes", e -> e.takes(first)).then(takes -> takes ? seat.callIfThere("layout", e -> e.layout(first, d.layout()))
                    : Outcome.ok(d.layout()));
            if (layout instanceof Outcome.Ok<Layout>(Layout own) && !own.equals(d.layout())) {
                if (own.holds(d.layout())) {
                    return new Demand(d.spec(), d.parties(), own, d.modifiers(), d.memory(), d.picture());
                }
                report.accept("exporter " + seat.lastPid() + " proposed " + own + ", which does not hold " + d.layout() + "; not taken");
            }
        }
        return d;
    }

    Planner planner() {
        return planner;
    }

    Placer placer() {
        return placer;
    }

    Mapper mapper() {
        return mapper;
    }

    Facades facades() {
        return facades;
    }

    Jobs jobs() {
        return jobs;
    }

    Importers importers() {
        return importers;
    }

    ImporterNotes notes() {
        return notes;
    }

    Lessons lessons() {
        return lessons;
    }

    @Override
    public List<Place> all() {
        return List.copyOf(regions.values());
    }

    // The ledger of buffers.

    BufferId nextBuffer() {
        return new BufferId(lastBuffer.incrementAndGet());
    }

    long nextAttachment() {
        return lastAttachment.incrementAndGet();
    }

    long nextSet() {
        return lastSet.incrementAndGet();
    }

    void add(BufferRecord record) {
        buffers.put(record.id(), record);
    }

    Optional<BufferRecord> buffer(BufferId id) {
        return Optional.ofNullable(buffers.get(id));
    }

    /** A buffer that is mapped for a use; IllegalStateException when it is not. */
    BufferRecord mapped(UseId use, BufferId id) {
        return buffer(id).filter(record -> mappings.find(use.device(), use, record.object(0)).isPresent())
                .orElseThrow(() -> new IllegalStateException(id + " is not mapped for " + use));
    }

    void unlease(BufferRecord record, long session) {
        if (record.unlease(session)) {
            free(record);
        }
    }

    /** Nobody holds it any more. */
    void free(BufferRecord record) {
        jobs.await(record, Optional.empty());
        retire(record);
    }

    /** Frees it, or leaves it to the quarantine as long as work on it is unfinished. Waits for none. */
    void retire(BufferRecord record) {
        if (!record.closeView(over ? 0 : limits.fenceNanos())) {
            report.accept("the CPU still works on " + record.id() + ", which nobody holds any more; its memory " + (over ? "stays until it is done" : "is not used again"));
            return;
        }
        quarantine.free(record);
    }

    private void release(BufferRecord record) {
        buffers.remove(record.id());
        long writer = record.onlyWriter();
        for (int i = 0; i < record.objects().size(); i++) {
            int object = i;
            if (record.isShadow()) { // memory that was moved away from had its mappings as long as somebody might have used them
                mappings.of(record.object(i)).forEach(mapper::unmap);
            }
            platform().ifPresent(p -> p.withdraw(record.object(object)));
            placer.release(record.objects().get(i), writer);
        }
    }

    private boolean outside(BufferRecord record) {
        return IntStream.range(0, record.objects().size()).anyMatch(i -> platform().map(p -> p.outside(record.object(i))).orElse(false));
    }

    /** Whether work on it is unfinished and may still reach it: by a mapping of ours, or by one that the kernel made and keeps count of. */
    private boolean worked(BufferRecord record) {
        return record.isWorkedOn() && (IntStream.range(0, record.objects().size()).anyMatch(i -> !mappings.of(record.object(i)).isEmpty()) || outside(record));
    }

    /** Uses again what came back from outside. */
    void sweep() {
        quarantine.sweep();
        streaming.devices().stream().filter(d -> !importerThere(d)).forEach(d -> streaming.gone(d, "removal of the importer of " + d));
        platform().ifPresent(p -> violations.tell(p.violations()));
    }

    /** Nobody's class loader is kept by the places from which something was taken: called time after time. */
    void settle() {
        sessions.values().forEach(SessionImpl::settle);
    }

    Imports imports() {
        return imports;
    }

    void report(String line) {
        report.accept(line);
    }

    /** Why an exporter in seat does not let a buffer move now. */
    Optional<Refusal> keptByExporter(BufferId buffer) {
        for (Seat<Exporter> seat : seats.of(SeatKind.EXPORTER, Exporter.class)) {
            Optional<Refusal> why = seat.callIfThere("mayMove", e -> Seat.typed(e.mayMove(buffer), Outcome.Done.class)).then(o -> o).why()
                    .filter(w -> seat.occupant().isPresent());
            if (why.isPresent()) {
                return Optional.of(Refusal.of(Errno.EBUSY, "exporter of " + seat.name(), seat.lastPid() + ": " + why.get().found(), "an exporter that lets " + buffer + " move"));
            }
        }
        return Optional.empty();
    }

    /** Whether nothing outside keeps buffers where they are: asked before a move. */
    Optional<Refusal> pinned(List<BufferRecord> records, UseId mover) {
        for (BufferRecord record : records) {
            List<Pins.Pin> pins = record.pins().all();
            if (!pins.isEmpty()) {
                return Optional.of(Refusal.of(Errno.EBUSY, "pin", record.id() + " is " + pins.getFirst(), "a buffer that nobody outside has")
                        .about(mover.device(), mover.use()).fixedBy("take " + record.id() + " back from " + pins.getFirst().who() + " first"));
            }
        }
        return Optional.empty();
    }

    Bandwidth bandwidth() {
        return bandwidth;
    }

    BrokerLimits limits() {
        return limits;
    }

    /** Whether the kernel may copy memory of a region for a device. */
    boolean mayBounce(String device, MemoryRegion region) {
        Node node = nodes.get(device);
        return node != null && node.mayBounce(region);
    }

    /** What can be typed where a device without IOMMU does not reach all that memory may lie in. */
    private Refusal curable(Refusal why) {
        Node node = nodes.get(why.device());
        boolean beyond = why.constraint().equals("reach") && node != null && node.choice() && !node.bounce();
        return beyond ? why.fixedBy("--bounce allow") : why;
    }

    // For reports.

    Streaming streaming() {
        return streaming;
    }

    /** What the ledger and what the platform saw. */
    List<Violation> violations() {
        List<Violation> all = new ArrayList<>(violations.all());
        platform().ifPresent(p -> all.addAll(p.violations()));
        return all;
    }

    MappingLedger mappings() {
        return mappings;
    }

    List<BufferRecord> buffers() {
        return new ArrayList<>(buffers.values());
    }

    List<SessionImpl> sessions() {
        return new ArrayList<>(sessions.values());
    }

    /**
     * The broker goes while plug-ins and platform are still there: sessions end in order, so that importers stop their devices before mappings
     * and memory go. Handles answer ENODEV from now on.
     */
    void end() {
        over = true;
        List.copyOf(sessions.values()).forEach(SessionImpl::close);
    }

    boolean over() {
        return over;
    }

    /** What a handle throws that is closed: by its owner, which is a mistake of whoever uses it, or because the broker went. */
    RuntimeException closed(String what) {
        return over ? new RefusedException(Refusal.of(Errno.ENODEV, "broker", "the broker has stopped: " + what, "a broker that runs")
                .fixedBy("start the bundle broker and open a session again")) : new IllegalStateException(what);
    }

    @Override
    public void close() {
        end();
        sweep();
        watchdog.close();
    }
}
