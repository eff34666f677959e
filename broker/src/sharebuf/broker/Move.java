package sharebuf.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import sharebuf.broker.learn.Verdict;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.Reservation;
import sharebuf.broker.solve.Demand;
import sharebuf.broker.solve.Explainer;
import sharebuf.broker.solve.Placer;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer.Phase;
import sharebuf.platform.Platform;

/**
 * Moves the buffers of a set to memory that suits one more use.
 *
 * <pre>
 *   take, zero, export, map, show,  the new memory is a buffer of its own ({@link Shadow}) beside the old one; nobody
 *   copy on trial                   is disturbed
 *   gates closed, BEFORE            jobs that write are held back
 *   wait for those that run         bounded
 *   copy
 *   exchange                        names, descriptors, mappings: from here on the new memory stands
 *   AFTER to those who read         importers take it
 *   gates opened
 *   AFTER to the writer             what was held back begins
 *   wait for those that read        bounded, RELEASE to those that go on; then the old memory is freed, or waits in the quarantine
 * </pre>
 *
 * What goes wrong before the exchange is undone by freeing the shadows.
 *
 * <p>Confined to the set's lock.
 */
final class Move {
    /** This part of the time for old jobs passes before importers are told to end them. */
    private static final int PATIENCE = 4;
    /** For so long others go first: enough to hand a frame on. */
    private static final long ASIDE_NANOS = 100_000;

    private final Broker broker;
    private final SessionImpl session;
    private final Demand demand;
    private final List<BufferRecord> records;
    private final List<AttachmentImpl> standing;
    private final AttachmentImpl joiner;
    private final boolean mapped;
    private final Trial trial;
    private final List<Shadow> shadows = new ArrayList<>();
    private final List<AttachmentImpl> heard = new ArrayList<>();
    private final List<AttachmentImpl> lost = new ArrayList<>();
    private Optional<Supplier<Explanation>> explanation = Optional.empty();
    private boolean moved;
    private long copied;
    private long closed;
    private long opened;

    /**
     * A move of all buffers of a set.
     *
     * @param demand what all uses need, in the layout that stands
     * @param records the buffers
     * @param standing their uses
     * @param joiner the new one
     * @param mapped whether the buffers are mapped for their uses
     * @param trial which memory is left out
     */
    Move(Broker broker, SessionImpl session, Demand demand, List<BufferRecord> records, List<AttachmentImpl> standing, AttachmentImpl joiner, boolean mapped,
            Trial trial) {
        this.broker = broker;
        this.session = session;
        this.demand = demand;
        this.records = records;
        this.standing = standing.stream().filter(a -> !a.party().isCpu()).toList();
        this.joiner = joiner;
        this.mapped = mapped;
        this.trial = trial;
    }

    /** Why not, then nothing has changed; empty when the buffers were moved. Then {@link #release} is to follow. */
    Optional<Refusal> run() {
        // The interrupt of an application must not stop it half way.
        boolean interrupted = Thread.interrupted();
        try {
            return obstacle(broker, records, standing, joiner.party().use().id()).or(this::prepare).or(() -> orFailed(this::warm))
                    .or(() -> orFailed(this::exchange));
        } finally {
            if (!moved) {
                free();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Who keeps buffers where they are. */
    static Optional<Refusal> obstacle(Broker broker, List<BufferRecord> records, List<AttachmentImpl> standing, UseId mover) {
        Optional<Refusal> pinned = broker.pinned(records, mover);
        if (pinned.isPresent()) {
            return pinned;
        }
        for (AttachmentImpl a : standing) {
            UseId use = a.party().use().id();
            if (!a.party().isCpu() && a.party().use().lettingGo() == LettingGo.NEVER) {
                return Optional.of(Refusal.of(Errno.EBUSY, "letting go", use + " never lets go of a buffer", "an importer that can")
                        .about(use.device(), use.use()).fixedBy("detach " + use + " first"));
            }
        }
        return records.stream().flatMap(r -> broker.keptByExporter(r.id()).stream()).findFirst().map(why -> why.about(mover.device(), mover.use()));
    }

    /** Takes memory that everybody takes. */
    private Optional<Refusal> prepare() {
        while (true) {
            session.check();
            Optional<Refusal> none = orFailed(this::take);
            if (none.isPresent()) {
                return Optional.of(trial.anythingRefused() ? trial.refusal(none) : none.get());
            }
            Trial.Round round = show();
            broker.lessons().learn(round);
            if (round.allTook()) {
                return Optional.empty();
            }
            trial.add(round);
            free();
            if (trial.over()) {
                return Optional.of(trial.refusal(Optional.empty()));
            }
        }
    }

    private Optional<Refusal> take() {
        for (BufferRecord record : records) {
            BufferId id = broker.nextBuffer();
            Placer.Result result = broker.placer().place(session.name(), session.number(), demand, id, trial);
            explanation = Optional.of(() -> Explainer.of(demand, result));
            switch (result) {
                case Placer.Result.No(Placer.Failed f) -> {
                    Refusal why = f.refusal();
                    return Optional.of(new Refusal(why.errno(), why.device(), why.use(), why.constraint(),
                            why.found() + " (for buffer " + (shadows.size() + 1) + " of " + records.size() + ", beside the memory that it has)", why.needed(),
                            Newcomer.fix(why, demand), why.allocators()));
                }
                case Placer.Result.Yes(Placer.Placed p) -> shadows.add(Shadow.of(broker, session, record,
                        new BufferRecord(id, demand.spec(), demand.layout(), p.objects())));
            }
        }
        return Optional.empty();
    }

    /** Maps the new memory for every use and shows it to every importer, as buffers that are detached again. */
    private Trial.Round show() {
        List<Trial.Where> where = shadows.stream().map(s -> Trial.Where.of(s.record())).distinct().toList();
        List<AttachmentImpl> all = new ArrayList<>();
        if (mapped) {
            all.addAll(standing);
            all.add(joiner);
        }
        List<UseId> took = new ArrayList<>();
        List<Trial.No> refused = new ArrayList<>();
        for (AttachmentImpl a : all) {
            if (a.party().isCpu()) {
                continue;
            }
            UseId use = a.party().use().id();
            for (Shadow s : shadows) {
                Optional<Refusal> why = s.map(a);
                if (why.isPresent()) {
                    return new Trial.Round(where, took, refused, why);
                }
            }
            Attached shown = a.describe(broker.nextAttachment(), shadows.stream().map(Shadow::record).toList());
            Importers.Told told = broker.importers().tell(shown);
            if (told.why().isEmpty()) {
                broker.importers().untell(shown);
                took.add(use);
            } else if (!told.ofImporter() || Verdict.of(told.why().get().errno()) == Verdict.STOP) {
                return new Trial.Round(where, took, refused, told.why());
            } else {
                where.forEach(w -> refused.add(new Trial.No(use, w, told.why().get())));
            }
        }
        return new Trial.Round(where, took, refused, Optional.empty());
    }

    private Optional<Refusal> warm() {
        for (Shadow s : shadows) {
            s.warm(broker.platformOrThrow());
            stepAside();
        }
        return Optional.empty();
    }

    /**
     * Lets threads that frames flow through go first. The system may give them the processor that this thread runs on and no other, also when another has nothing
     * to do: as a rule when the last job ends, for which this thread was waiting.
     */
    private static void stepAside() {
        LockSupport.parkNanos(ASIDE_NANOS);
    }

    /** What the platform throws is a refusal, too. */
    private Optional<Refusal> orFailed(Supplier<Optional<Refusal>> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            return Optional.of(Refusal.of(Errno.EIO, "move", e.getClass().getName() + ": " + e.getMessage(), "a platform that has, copies and exchanges memory")
                    .about(joiner.party().device().name(), joiner.party().use().id().use()));
        }
    }

    private Optional<Refusal> exchange() {
        Optional<Refusal> why = Optional.empty();
        closed = System.nanoTime();
        records.forEach(r -> r.reservation().close());
        try {
            why = broker.pinned(records, joiner.party().use().id()).or(this::before).or(this::awaitWriters);
            if (why.isEmpty()) {
                stepAside();
                Platform platform = broker.platformOrThrow();
                long begun = System.nanoTime();
                shadows.forEach(s -> s.copy(platform));
                copied = System.nanoTime() - begun;
                broker.bandwidth().remember(bytes(), copied);
                records.forEach(r -> r.reservation().shut());
                why = awaitWriters(); // only who was just opening a buffer to read it
                if (why.isEmpty()) {
                    exchangeAll(platform);
                    moved = true;
                }
            }
        } finally {
            after();
        }
        return why;
    }

    /** All buffers, or none. */
    private void exchangeAll(Platform platform) {
        int done = 0;
        try {
            for (; done < shadows.size(); done++) {
                shadows.get(done).exchange(platform);
            }
        } finally {
            for (int i = 0; done < shadows.size() && i < done; i++) {
                shadows.get(i).exchange(platform);
            }
        }
        shadows.forEach(Shadow::exchangeMappings);
    }

    private Optional<Refusal> before() {
        for (AttachmentImpl a : standing) {
            Optional<Attached> told = a.told();
            if (told.isPresent()) {
                heard.add(a); // also one that fails: it may have done half of it
                Optional<Refusal> why = broker.importers().notifyMove(told.get(), Phase.BEFORE).why();
                if (why.isPresent()) {
                    return why.map(w -> w.about(a.party().device().name(), a.party().use().id().use()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> awaitWriters() {
        long limit = broker.limits().fenceNanos();
        long end = System.nanoTime() + limit;
        for (BufferRecord record : records) {
            List<Reservation.Fence> left = uninterrupted(nanos -> record.reservation().awaitWriters(nanos), end);
            if (!left.isEmpty()) {
                Reservation.Fence f = left.getFirst();
                return Optional.of(Refusal.of(Errno.ETIMEDOUT, "fence", "job of " + f + " on " + record.id() + " unfinished after " + limit / 1_000_000 + " ms",
                        "an end of its DMA").about(f.use().device(), f.use().use()).fixedBy("dequeue from " + f.use() + " while the buffers move"));
            }
            if (record.pins().outside()) { // somebody had it, and may have left a job of his own
                Optional<Refusal> foreign = broker.jobs().awaitForeign(record, Access.READ, Duration.ofNanos(limit), end);
                if (foreign.isPresent()) {
                    return foreign.map(w -> w.about(joiner.party().device().name(), joiner.party().use().id().use()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Tells everybody who heard that it is over, moved or not. Those who read first: when the gates open, and the writer begins what it held
     * back, nobody shows or reads what the buffers were any more.
     */
    private void after() {
        heard.stream().filter(a -> !a.party().use().access().writes()).forEach(this::after);
        shadows.forEach(s -> s.open(moved));
        opened = System.nanoTime();
        heard.stream().filter(a -> a.party().use().access().writes()).forEach(this::after);
    }

    private void after(AttachmentImpl a) {
        Optional<Refusal> why = broker.importers().notifyMove(a.told().orElseThrow(), Phase.AFTER).why();
        if (why.isPresent()) {
            // Where nobody sits, whoever comes adopts the buffers as they are now.
            boolean broke = why.get().errno() == Errno.EPROTO || why.get().errno() == Errno.ETIMEDOUT;
            broker.report(a.party().use().id() + " did not hear that its buffers " + (moved ? "were moved" : "stay where they are") + ": " + why.get().message());
            if (moved && broke) {
                lost.add(a);
            }
        }
    }

    /** Those that failed to take the new memory: to be detached. The old memory is theirs until then. */
    List<AttachmentImpl> lost() {
        return lost;
    }

    /** Why the new memory is where it is. */
    Supplier<Explanation> explanation() {
        return explanation.orElseThrow();
    }

    /** What it was. */
    MoveReport report() {
        return new MoveReport(joiner.party().use().id(), bytes(), Duration.ofNanos(copied), Duration.ofNanos(opened - closed), opened);
    }

    private long bytes() {
        return shadows.stream().mapToLong(Shadow::bytes).sum();
    }

    /**
     * Gives the old memory back, as far as nobody reads it any more; what is left is reported and waits. A device that is at work soon reads
     * something else; only where one does not, its importer is told to end that.
     */
    void release() {
        long begun = System.nanoTime();
        long limit = broker.limits().fenceNanos();
        Set<UseId> slow = new HashSet<>();
        shadows.forEach(s -> uninterrupted(s::awaitReaders, begun + limit / PATIENCE).forEach(f -> slow.add(f.use())));
        heard.stream().filter(a -> slow.contains(a.party().use().id())).forEach(a -> a.told().ifPresent(told -> broker.importers().notifyMove(told, Phase.RELEASE).why()
                .ifPresent(why -> broker.report(a.party().use().id() + " may still read memory that its buffers were moved away from: " + why.message()))));
        for (Shadow s : shadows) {
            uninterrupted(s::awaitReaders, begun + limit).forEach(f -> broker.report("job of " + f + " on the memory that " + s.of().id()
                    + " was moved away from did not end within " + limit / 1_000_000 + " ms; " + s.bytes() + " bytes wait for it"));
        }
        free();
    }

    private void free() {
        shadows.forEach(Shadow::free);
        shadows.clear();
    }

    private interface Wait<T> {
        T until(long nanos) throws InterruptedException;
    }

    /** Waits to the end whatever interrupts; the interrupt is told afterwards. */
    private static <T> T uninterrupted(Wait<T> wait, long end) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.until(end - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
