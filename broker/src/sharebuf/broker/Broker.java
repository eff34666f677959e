package sharebuf.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
import sharebuf.broker.learn.Hypotheses;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.MappingLedger;
import sharebuf.broker.ledger.Pins;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.ledger.Reservation;
import sharebuf.broker.seat.Holdings;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.broker.seat.Seats;
import sharebuf.broker.seat.Watchdog;
import sharebuf.broker.solve.Demand;
import sharebuf.broker.solve.Directory;
import sharebuf.broker.solve.Doubts;
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
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.exporter.Exporter;
import sharebuf.format.Layout;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;
import sharebuf.inventory.Snapshot.SeatState;
import sharebuf.inventory.Violation;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryRegion;
import sharebuf.platform.KernelLog;
import sharebuf.platform.Platform;
import sharebuf.plugin.KnownDriver;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

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
    private final Map<Long, Attached> attached = new ConcurrentHashMap<>();
    private final ImporterNotes notes = new ImporterNotes();
    private final AtomicReference<Platform> platform = new AtomicReference<>();
    private final AtomicLong lastBuffer = new AtomicLong();
    private final AtomicLong lastAttachment = new AtomicLong();
    private final AtomicLong lastSession = new AtomicLong();
    private final AtomicLong lastSet = new AtomicLong();
    private final Hypotheses hypotheses;
    private final Planner planner;
    private final Drivers drivers = new Drivers();
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
        this.seats = new Seats(watchdog, limits.seats());
        this.hypotheses = new Hypotheses(new SeatedNow(seats), System::nanoTime);
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
            forget(region.id().name());
            if (place.ledger().used() > 0) {
                report.accept("region " + region.id() + " went with " + place.ledger().count() + " live extents");
            }
            seats.close(SeatKind.ALLOCATOR, region.id().name());
        }
    }

    private Holdings holdings(String region) {
        return new RegionHoldings(() -> Optional.ofNullable(regions.get(region)).map(Place::ledger));
    }

    void node(Node node) {
        Device device = node.device();
        nodes.put(device.name(), node);
        directory.describe(device);
        importerSeat(device.name(), device.addressSpace());
        mapopsSeat(device.addressSpace());
    }

    void nodeGone(Device device) {
        nodes.computeIfPresent(device.name(), (name, node) -> node.device().equals(device) ? null : node);
        directory.remove(device.name());
        hypotheses.deviceGone(device.name());
        streaming.gone(device.name(), "removal of device " + device.name());
        // Its DMA is over, however its jobs ended.
        buffers.values().forEach(b -> b.reservation().completeAll(use -> use.device().equals(device.name())));
        seats.close(SeatKind.IMPORTER, device.name());
        if (nodes.values().stream().noneMatch(n -> n.device().addressSpace().equals(device.addressSpace()))) {
            seats.close(SeatKind.MAPOPS, device.addressSpace());
        }
    }

    /** What bundles say of kernel drivers, each with the bundle that says it. */
    void drivers(Map<KnownDriver, String> said) {
        drivers.set(said);
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

    /** A plug-in's uses are asked for while it takes its seat: one that cannot say them does not get it. */
    Seat<Importer> importerSeat(String device, String space) {
        return seats.open(SeatKind.IMPORTER, device, Importer.class, () -> new Live(List.of(), List.of(), attachedTo(device)), importer -> {
            List<Use> uses = List.copyOf(importer.uses());
            if (uses.isEmpty() || uses.stream().anyMatch(u -> !u.id().device().equals(device))) {
                throw new IllegalStateException("uses " + uses.stream().map(Use::id).toList() + ": at least one, all of device " + device);
            }
            directory.put(Optional.ofNullable(nodes.get(device)).map(Node::device).orElseGet(() -> new Device(device, List.of(), space, uses.getFirst().dma())), uses);
        });
    }

    private List<Attached> attachedTo(String device) {
        return attached.values().stream().filter(a -> a.use().device().equals(device)).sorted(Comparator.comparing(Attached::id)).toList();
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
        return switch (placer.explain("explain", d, doubts(d.parties()))) {
            case Placer.Result.Yes(Placer.Placed p) -> Outcome.ok(String.join(" ", p.allocators()));
            case Placer.Result.No(Placer.Failed f) -> Outcome.no(f.refusal());
        };
    }

    private Explanation explained(Outcome<Demand> planned, BufferSpec spec, List<UseId> uses) {
        return switch (planned) {
            case Outcome.Ok<Demand>(Demand d) -> Explainer.of(d, placer.explain("explain", d, doubts(d.parties())));
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

    void unlease(BufferRecord record, long session) {
        if (record.unlease(session)) {
            free(record);
        }
    }

    /** Nobody holds it any more. */
    void free(BufferRecord record) {
        awaitJobs(record, Optional.empty());
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

    /**
     * Waits for jobs of others, which only the kernel knows of.
     *
     * @return why it is not to be touched
     */
    Optional<Refusal> awaitForeign(BufferRecord record, Access access, Duration limit) {
        return awaitForeign(record, access, limit, System.nanoTime() + limit.toNanos());
    }

    /** The same within a limit of which a part is over. */
    Optional<Refusal> awaitForeign(BufferRecord record, Access access, Duration limit, long end) {
        Platform raw = platformOrThrow();
        try {
            for (int i = 0; i < record.objects().size(); i++) {
                Optional<String> left = raw.awaitFences(record.object(i), access, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                if (left.isPresent()) {
                    return Optional.of(Refusal.of(Errno.ETIMEDOUT, "fence", left.get() + " on " + record.object(i) + " not signalled after " + limit.toMillis() + " ms"
                            + (record.pins().all().isEmpty() ? "" : "; it is " + record.pins().all().getFirst()), "an end of its job"));
                }
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(Refusal.of(Errno.EINTR, "fence", "the waiting thread was interrupted", "no interrupt"));
        }
    }

    void awaitJobs(BufferRecord record, UseId use) {
        awaitJobs(record, Optional.of(use));
    }

    /** Waits, bounded, for DMA that still runs; what does not end is reported with its owner. */
    private void awaitJobs(BufferRecord record, Optional<UseId> use) {
        boolean interrupted = false;
        long end = System.nanoTime() + limits.fenceNanos();
        while (true) {
            try {
                List<Reservation.Fence> left = record.reservation().await(f -> use.isEmpty() || f.use().equals(use.get()), end - System.nanoTime());
                left.forEach(f -> report.accept("job of " + f + " on " + record.id() + " did not end within " + limits.fenceNanos() / 1_000_000 + " ms"));
                break;
            } catch (InterruptedException e) {
                // An interrupt is the application's affair; the device still writes, and the wait is short.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A job begins; one that writes waits for the end of a move. */
    void beginJob(UseId use, BufferId buffer) {
        BufferRecord record = mapped(use, buffer);
        Access access = ready(use, record);
        long limit = limits.moveNanos();
        try {
            if (record.reservation().begin(use, access, limit)) {
                give(use, record, access);
            } else {
                throw new RefusedException(Refusal.of(Errno.EBUSY, "move", buffer + " is still being moved after " + limit / 1_000_000 + " ms", "an end of the move")
                        .about(use.device(), use.use()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Refusal.of(Errno.EINTR, "move", "the waiting thread was interrupted", "no interrupt").about(use.device(), use.use()));
        }
    }

    boolean tryBeginJob(UseId use, BufferId buffer) {
        BufferRecord record = mapped(use, buffer);
        Access access = ready(use, record);
        boolean begun = record.reservation().begin(use, access);
        if (begun) {
            give(use, record, access);
        }
        return begun;
    }

    /** A buffer is the device's: what the CPU and others wrote gets to where the device looks. */
    private void give(UseId use, BufferRecord record, Access access) {
        try {
            for (int i = 0; i < record.objects().size(); i++) {
                platformOrThrow().beginDma(use.device(), record.object(i), access, driver(use));
            }
        } catch (RuntimeException e) {
            record.reservation().complete(use); // it has not begun
            throw e;
        }
    }

    /** Who is behind a job, for reports. */
    private String driver(UseId use) {
        return seats.find(SeatKind.IMPORTER, use.device(), Importer.class).map(Seat::lastPid).orElse(use.device());
    }

    private BufferRecord mapped(UseId use, BufferId buffer) {
        BufferRecord record = buffers.get(buffer);
        if (record == null || mappings.find(use.device(), use, record.object(0)).isEmpty()) {
            throw new IllegalStateException(buffer + " is not mapped for " + use);
        }
        return record;
    }

    /** Waits for jobs of others on what somebody outside has. */
    private Access ready(UseId use, BufferRecord record) {
        Access access = directory.find(use).orElseThrow(() -> new IllegalStateException("no use " + use)).use().access();
        if (record.pins().outside()) {
            awaitForeign(record, access, Duration.ofNanos(limits.fenceNanos())).ifPresent(why -> {
                throw new RefusedException(why.about(use.device(), use.use()));
            });
        }
        return access;
    }

    void keep(UseId use, BufferId buffer) {
        mapped(use, buffer).reservation().keep(use);
    }

    void letGo(UseId use, BufferId buffer) {
        buffer(buffer).ifPresent(r -> r.reservation().letGo(use));
    }

    void completeJob(UseId use, BufferId buffer) {
        BufferRecord record = buffers.get(buffer);
        if (record == null) {
            return;
        }
        // Handed back before anybody hears that the job is over.
        record.reservation().working(use).ifPresent(access -> platform().ifPresent(p -> {
            for (int i = 0; i < record.objects().size(); i++) {
                p.endDma(use.device(), record.object(i), access, driver(use));
            }
        }));
        record.reservation().complete(use);
    }

    void keepNote(UseId use, BufferId buffer, Note note) {
        mapped(use, buffer);
        notes.keep(use, buffer, note);
    }

    ImporterNotes notes() {
        return notes;
    }

    // Importers hear of attachments.

    /**
     * What came of telling an importer.
     *
     * @param why why it does not take the buffers; empty when it does
     * @param ofImporter whether that is the importer's own word, and not the seat's because nobody is there or the call failed
     */
    record Told(Optional<Refusal> why, boolean ofImporter) {
    }

    Told tell(Attached a) {
        Seat<Importer> seat = importerSeat(a.use().device(), a.use().device());
        try (KernelLog log = platform().map(Platform::listen).orElse(KernelLog.SILENT)) {
            // Remembered within the call: a successor in the seat adopts it, or is told of it.
            Outcome<Outcome<Outcome.Done>> call = seat.call("attached", i -> {
                Outcome<Outcome.Done> said = Seat.typed(i.attached(a), Outcome.Done.class);
                if (said instanceof Outcome.Ok<?>) {
                    attached.put(a.id(), a);
                }
                return said;
            });
            Optional<Refusal> why = call.then(o -> o).why().map(w -> Quote.of(w, log.lines(), Optional.ofNullable(nodes.get(a.use().device())))
                    .about(a.use().device(), a.use().use()));
            return new Told(why, call.isOk());
        }
    }

    /** An importer lets buffers go. False when nobody says that it has. */
    boolean untell(Attached a) {
        Outcome<Outcome.Done> said = importerSeat(a.use().device(), a.use().device()).callIfThere("detached", i -> {
            try {
                i.detached(a);
            } finally {
                attached.remove(a.id());
            }
            return Outcome.Done.DONE;
        });
        said.why().filter(why -> why.errno() == Errno.EPROTO || why.errno() == Errno.ETIMEDOUT).ifPresent(why -> report.accept(why.message()));
        attached.remove(a.id());
        notes.forget(a);
        return said.isOk();
    }

    /** Tells an importer of a move. */
    Outcome<Outcome.Done> notifyMove(Attached a, Importer.Phase phase) {
        return importerSeat(a.use().device(), a.use().device()).callAlong("moveNotify " + phase, i -> {
            i.moveNotify(a, phase);
            return Outcome.Done.DONE;
        });
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

    Bandwidth bandwidth() {
        return bandwidth;
    }

    BrokerLimits limits() {
        return limits;
    }

    // What importing taught.

    /** What is held against memory for these uses. */
    Doubts doubts(List<Party> parties) {
        return new Doubts() {
            @Override
            public Doubt of(Place place, long size) {
                Doubt all = Doubt.NONE;
                for (Party p : parties) {
                    if (!p.isCpu()) {
                        all = all.or(doubt(p, place, size));
                    }
                }
                return all;
            }

            @Override
            public boolean tried(List<String> regionNames) {
                return false;
            }

            @Override
            public Optional<Refusal> barred(Place place) {
                for (Party p : parties) {
                    Optional<Refusal> why = Broker.this.barred(p, place.ledger().region());
                    if (why.isPresent()) {
                        return why;
                    }
                }
                return Optional.empty();
            }
        };
    }

    /** Why a use must not get memory of a region. */
    Optional<Refusal> barred(Party party, MemoryRegion region) {
        return party.isCpu() ? Optional.empty() : drivers.barred(party.device().name(), region, nodes::get)
                .map(why -> Refusal.of(Errno.EINVAL, "import", why, "memory that " + party.use().id() + " may import").about(party.device().name(), party.use().id().use()));
    }

    private Doubts.Doubt doubt(Party party, Place place, long size) {
        Doubts.Doubt learnt = hypotheses.of(party.use().id(), place.name(), size)
                .map(h -> new Doubts.Doubt(h.alone() ? Doubts.Doubt.REFUSED : Doubts.Doubt.BESIDE, h.message())).orElse(Doubts.Doubt.NONE);
        return learnt.or(drivers.doubt(nodes.get(party.device().name()), place.ledger().region(), nodes::get));
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

    void refused(UseId use, Trial.Where where, Refusal why) {
        for (int i = 0; i < where.regions().size(); i++) {
            // Each dma-buf from outside is memory of its own kind: one says nothing of the next.
            if (Optional.ofNullable(regions.get(where.regions().get(i))).filter(p -> p.ledger().region().foreign()).isPresent()) {
                continue;
            }
            hypotheses.refused(use, where.allocators().get(i), where.regions().get(i), where.sizes().get(i), where.alone(), why.errno(),
                    why.constraint() + ": found " + why.found());
        }
    }

    void taken(UseId use, Trial.Where where) {
        for (int i = 0; i < where.regions().size(); i++) {
            hypotheses.taken(use, where.regions().get(i), where.sizes().get(i));
        }
    }

    /** Drops what was learnt of a region's memory. */
    void forget(String region) {
        hypotheses.regionGone(region);
    }

    List<Hypothesis> learnt() {
        return hypotheses.all();
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

    List<UseId> usesOf(BufferId buffer) {
        return attached.values().stream().filter(a -> a.buffers().contains(buffer)).map(Attached::use).sorted().toList();
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
