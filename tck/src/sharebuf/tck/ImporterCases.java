package sharebuf.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer.Phase;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.MadeWayException;
import sharebuf.plugin.Note;
import sharebuf.tck.Attachments.Wanted;

/**
 * What all importers must do. Each case makes its own devices and instances, and plays every device of the subject.
 *
 * <p>Stateless. From a JUnit test: {@code ImporterCases.all(seed).map(c -> dynamicTest(c.name(), () -> c.run(subject)))}.
 */
public final class ImporterCases {
    private static final int ROUNDS = 20;
    private static final int MOST_CALLS = 200;
    private static final int THREADS = 4;
    private static final long PATIENCE_SECONDS = 30;
    private static final long MAKES_WAY_SECONDS = 5;
    private static final long BEGINS_NANOS = 2_000_000_000L;
    private static final Set<Thread.State> WAITING = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
    private static final List<Errno> ERRNOS = List.of(Errno.EINVAL, Errno.ENOMEM, Errno.EBUSY, Errno.ENOTTY, Errno.EIO, Errno.EFAULT, Errno.ENODEV);

    private final long seed;

    private ImporterCases(long seed) {
        this.seed = seed;
    }

    /**
     * All cases.
     *
     * @param seed of the random ones
     * @return in the order in which they are best read
     */
    public static List<ConformanceCase<ImporterSubject>> all(long seed) {
        ImporterCases c = new ImporterCases(seed);
        return List.of(new ConformanceCase<>("uses-are-stable", "uses are of this device, each once, and the same whenever and of whomever they are asked", c::usesAreStable),
                new ConformanceCase<>("takes-what-it-says", "what a use says it takes is attached, and let go of when it is detached", c::takesWhatItSays),
                new ConformanceCase<>("attach-refusals", "whatever the device refuses at whatever call is a refusal with reasons, and the device is left as if never asked", c::attachRefusals),
                new ConformanceCase<>("odd-attachments", "other formats, sizes and uses are taken or refused, not thrown, and nothing is left", c::oddAttachments),
                new ConformanceCase<>("moves", "after each phase of a move the device holds the new memory alone; a move that is given up changes nothing", c::moves),
                new ConformanceCase<>("moves-while-working", "jobs in flight end, none begins while its buffer moves, and what was held back begins afterwards", c::movesWhileWorking),
                new ConformanceCase<>("failed-moves", "when a call of the device fails at the end of a move, what is detached then is let go of, old and new", c::failedMoves),
                new ConformanceCase<>("detach-while-working", "after detached the device touches nothing, and no job is left", c::detachWhileWorking),
                new ConformanceCase<>("hostile-orders", "detached twice, moves of what is not attached, and phases alone do no damage", c::hostileOrders),
                new ConformanceCase<>("importer-adoption", "a successor takes over what is attached and at work, and touches nothing of it before", c::adoption),
                new ConformanceCase<>("importer-adoption-again", "the last adoption counts", c::adoptionAgain),
                new ConformanceCase<>("importer-catching-up", "who catches up instead of adopting knows what is attached", c::catchingUp),
                new ConformanceCase<>("importer-strange-notes", "notes of another schema or a newer version are refused or left alone, never guessed at", c::strangeNotes),
                new ConformanceCase<>("importer-makes-way", "asked to make way, waits end and calls come back; when the swap is off all goes on", c::makesWay),
                new ConformanceCase<>("importer-calls-overlap", "attachments of several threads at once do not disturb each other", c::overlap));
    }

    /** One device, and what serves it. */
    private record Stage(ImporterSubject subject, Attachments bench, Importer importer, Random random) {
        private Importer open() throws Exception {
            return subject.open(bench.device, bench.fences, bench.notes);
        }

        private Optional<DeviceWork> work(Importer of, Use use) {
            return subject.work(of, use);
        }

        private void requireNothingLeft(String when) {
            List<String> left = bench.device.left();
            if (!left.isEmpty()) {
                throw new CaseFailed("left with the device " + when + ": " + String.join(", ", left));
            }
        }
    }

    private interface Play {
        void on(Stage stage) throws Exception;
    }

    private interface PlayUse {
        void on(Stage stage, Use use) throws Exception;
    }

    private void play(ImporterSubject subject, Play play) throws Exception {
        for (Supplier<TestDevice> each : subject.devices()) {
            TestDevice device = each.get();
            Attachments bench = new Attachments(device);
            Importer importer = subject.open(device, bench.fences, bench.notes);
            try {
                importer.adopt(Live.NOTHING);
                play.on(new Stage(subject, bench, importer, new Random(seed)));
            } catch (CaseFailed e) {
                throw new CaseFailed(e.getMessage() + " [" + device.kind() + " " + device.device().name() + ", seed " + seed + "]", e);
            } finally {
                subject.close(importer);
            }
        }
    }

    /** Each use on a device of its own. */
    private void playUses(ImporterSubject subject, PlayUse play) throws Exception {
        for (Supplier<TestDevice> each : subject.devices()) {
            int count = 1;
            for (int i = 0; i < count; i++) {
                int index = i;
                List<Use> all = new ArrayList<>();
                ImporterSubject one = new ImporterSubject() {
                    @Override
                    public List<Supplier<TestDevice>> devices() {
                        return List.of(each);
                    }

                    @Override
                    public Importer open(TestDevice device, Fences fences, Notes notes) throws Exception {
                        return subject.open(device, fences, notes);
                    }

                    @Override
                    public void close(Importer importer) {
                        subject.close(importer);
                    }

                    @Override
                    public Optional<DeviceWork> work(Importer importer, Use use) {
                        return subject.work(importer, use);
                    }
                };
                play(one, stage -> {
                    all.addAll(uses(stage.importer));
                    play.on(stage, all.get(index));
                });
                count = all.size();
            }
        }
    }

    private static List<Use> uses(Importer importer) {
        List<Use> uses = Attachments.call("uses", importer::uses);
        if (uses == null || uses.isEmpty()) {
            throw new CaseFailed("uses returned " + uses + ", at least one is needed");
        }
        return List.copyOf(uses);
    }

    private static void requireSame(List<Use> before, List<Use> now, String when) {
        if (!before.equals(now)) {
            throw new CaseFailed("uses " + before + " are " + now + " " + when);
        }
    }

    private void usesAreStable(ImporterSubject subject) throws Exception {
        play(subject, stage -> {
            List<Use> uses = uses(stage.importer);
            String device = stage.bench.device.device().name();
            Set<UseId> ids = new HashSet<>();
            for (Use use : uses) {
                if (!use.id().device().equals(device)) {
                    throw new CaseFailed("use " + use.id() + " of another device than " + device);
                }
                if (!ids.add(use.id())) {
                    throw new CaseFailed("use " + use.id() + " twice");
                }
            }
            requireSame(uses, uses(stage.importer), "when asked again");
            for (Use use : uses) {
                Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
                requireSame(uses, uses(stage.importer), "with buffers attached");
                stage.bench.detach(stage.importer, a);
            }
            requireSame(uses, uses(stage.importer), "after a detach");
            stage.requireNothingLeft("by asking it");
            Importer successor = stage.open();
            try {
                successor.adopt(Live.NOTHING);
                requireSame(uses, uses(successor), "of a successor");
            } finally {
                subject.close(successor);
            }
        });
    }

    private void takesWhatItSays(ImporterSubject subject) throws Exception {
        play(subject, stage -> {
            for (Use use : uses(stage.importer)) {
                for (Wanted wanted : Attachments.wanted(use)) {
                    Attached a = stage.bench.attached(stage.importer, use, wanted);
                    stage.bench.detach(stage.importer, a);
                    stage.requireNothingLeft("by " + wanted.spec());
                }
                for (int i = 0; i < ROUNDS; i++) { // several at once, let go of in any order
                    stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
                    if (stage.random.nextBoolean()) {
                        List<Attached> live = stage.bench.live().attachments();
                        stage.bench.detach(stage.importer, live.get(stage.random.nextInt(live.size())));
                    }
                }
                stage.bench.detachAll(stage.importer);
                stage.requireNothingLeft("with everything detached");
            }
        });
    }

    private void attachRefusals(ImporterSubject subject) throws Exception {
        play(subject, stage -> {
            for (Use use : uses(stage.importer)) {
                for (Errno errno : ERRNOS) {
                    sweep(stage, use, errno, false);
                    sweep(stage, use, errno, true);
                }
            }
        });
    }

    /** Lets the first call fail, then the second, until an attach needs no more calls. */
    private static void sweep(Stage stage, Use use, Errno errno, boolean forGood) {
        TestDevice device = stage.bench.device;
        for (int call = 0; call < MOST_CALLS; call++) {
            Wanted wanted = Attachments.any(use, stage.random);
            String when = "when call " + call + (forGood ? " and those behind it fail" : " fails") + " with " + errno + " at " + wanted.spec();
            device.fail(call, errno, forGood);
            Outcome<Attached> outcome;
            try {
                outcome = stage.bench.attach(stage.importer, use, wanted);
            } catch (CaseFailed e) {
                throw new CaseFailed(e.getMessage() + ", " + when, e);
            }
            boolean failed = device.hasFailed();
            device.heal();
            if (outcome instanceof Outcome.No<Attached>(Refusal why)) {
                if (!failed) {
                    throw new CaseFailed("refuses " + wanted.spec() + ", and the device refused nothing: " + why);
                }
                if (why.errno() != errno) {
                    throw new CaseFailed("says " + why.errno() + " " + when + ": " + why);
                }
                stage.requireNothingLeft(when);
            }
            outcome.asOptional().ifPresent(a -> stage.bench.detach(stage.importer, a));
            Attached next = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            stage.bench.detach(stage.importer, next);
            stage.requireNothingLeft("afterwards, " + when);
            if (!failed) {
                return;
            }
        }
        throw new CaseFailed("needs more than " + MOST_CALLS + " calls of the device for one attach");
    }

    private void oddAttachments(ImporterSubject subject) throws Exception {
        play(subject, stage -> {
            for (Use use : uses(stage.importer)) {
                List<Wanted> odd = new ArrayList<>();
                for (long bytes : List.of(1L, 4095L, 1L << 32, BufferSpec.MAX_BYTES)) {
                    odd.add(new Wanted(BufferSpec.bytes(bytes), Layout.ofBytes(bytes)));
                }
                for (PixelFormat format : PixelFormat.known()) {
                    for (int[] size : new int[][] {{1, 1}, {641, 479}, {BufferSpec.MAX_SIDE, 1}, {1, BufferSpec.MAX_SIDE}, {BufferSpec.MAX_SIDE, BufferSpec.MAX_SIDE}}) {
                        odd.add(new Wanted(BufferSpec.picture(format, size[0], size[1]), Layout.linear(format, size[0], size[1], 1, 1)));
                        odd.add(new Wanted(BufferSpec.picture(format, size[0], size[1]), Layout.linear(format, size[0], size[1], 4096, 64)));
                    }
                }
                odd.add(new Wanted(BufferSpec.bytes(4096).count(BufferSpec.MAX_COUNT), Layout.ofBytes(4096)));
                Use elsewhere = new Use(new UseId(use.id().device(), "tck-other"), use.access(), use.dma(), use.formats(), use.bytes(), use.anyFormat(), use.lettingGo(), use.held());
                for (Wanted wanted : odd) {
                    for (Use of : List.of(use, elsewhere)) {
                        stage.bench.attach(stage.importer, of, wanted).asOptional().ifPresent(a -> stage.bench.detach(stage.importer, a));
                        stage.requireNothingLeft("by " + wanted.spec() + " for " + of.id());
                    }
                }
                Attached good = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
                stage.bench.detach(stage.importer, good);
            }
        });
    }

    /** Whether its buffers are ever moved. */
    private static boolean letsGo(Use use) {
        return use.lettingGo() != LettingGo.NEVER;
    }

    private void moves(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            if (!letsGo(use)) {
                return;
            }
            Attached other = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            for (int i = 0; i < ROUNDS; i++) {
                Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
                for (int moves = stage.random.nextInt(4); moves >= 0; moves--) {
                    stage.bench.move(stage.importer, use, a, stage.random.nextInt(3) > 0, Optional.empty(), () -> { });
                }
                stage.bench.detach(stage.importer, a);
            }
            stage.bench.detach(stage.importer, other);
            stage.requireNothingLeft("after moves");
        });
    }

    private void movesWhileWorking(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Optional<DeviceWork> work = stage.work(stage.importer, use);
            if (!letsGo(use) || work.isEmpty()) {
                return;
            }
            for (Wanted wanted : Attachments.wanted(use)) {
                Attached a = stage.bench.attached(stage.importer, use, wanted);
                work.get().begin(a);
                requireAtWork(stage, a);
                for (int i = 0; i < 3; i++) {
                    boolean really = i != 1;
                    stage.bench.move(stage.importer, use, a, really, work, () -> work.get().goOn(a));
                    work.get().goOn(a);
                    requireAtWork(stage, a);
                }
                work.get().end();
                stage.bench.requireNothingBroken();
                stage.bench.detach(stage.importer, a);
            }
        });
    }

    private static void requireAtWork(Stage stage, Attached a) {
        stage.bench.requireNothingBroken();
        if (a.buffers().stream().mapToInt(stage.bench.fences::open).sum() == 0) {
            throw new CaseFailed("the device works for " + a.use() + ", and no job is told");
        }
        if (stage.bench.device.holdsOf(a.buffers()).isEmpty()) {
            throw new CaseFailed("jobs of " + a.use() + " are told, and the device has none of the buffers");
        }
    }

    private void failedMoves(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Optional<DeviceWork> work = stage.work(stage.importer, use);
            if (!letsGo(use)) {
                return;
            }
            sweepMoves(stage, use, Errno.EINVAL, Optional.empty());
            sweepMoves(stage, use, Errno.ENOMEM, Optional.empty());
            if (work.isPresent()) { // last, because applications leave the format that they set
                sweepMoves(stage, use, Errno.EINVAL, work);
                sweepMoves(stage, use, Errno.ENOMEM, work);
            }
        });
    }

    /** Lets the first call of AFTER fail, then the second, until a move needs no more calls. */
    private static void sweepMoves(Stage stage, Use use, Errno errno, Optional<DeviceWork> work) throws Exception {
        TestDevice device = stage.bench.device;
        for (int call = 0; call < MOST_CALLS; call++) {
            Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            String when = "when call " + call + " fails with " + errno + " at AFTER" + (work.isPresent() ? ", with jobs in flight" : "");
            if (work.isPresent()) {
                work.get().begin(a);
            }
            int fails = call;
            try {
                stage.bench.move(stage.importer, use, a, true, work, () -> device.fail(fails, errno, false));
            } catch (CaseFailed e) {
                if (!(e.getCause() instanceof RuntimeException) || !device.hasFailed()) {
                    throw new CaseFailed(e.getMessage() + ", " + when, e);
                } // it threw, and the broker detaches the buffers
            }
            boolean failed = device.hasFailed();
            device.heal();
            try {
                stage.bench.detach(stage.importer, a);
                if (work.isPresent()) {
                    work.get().end();
                } else {
                    stage.requireNothingLeft("by a move");
                }
            } catch (CaseFailed e) {
                throw new CaseFailed(e.getMessage() + ", " + when, e);
            }
            if (!failed) {
                return;
            }
        }
        throw new CaseFailed("needs more than " + MOST_CALLS + " calls of the device for one move");
    }

    private void detachWhileWorking(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Optional<DeviceWork> work = stage.work(stage.importer, use);
            if (work.isEmpty()) {
                return;
            }
            for (Wanted wanted : Attachments.wanted(use)) {
                Attached a = stage.bench.attached(stage.importer, use, wanted);
                work.get().begin(a);
                requireAtWork(stage, a);
                stage.bench.detach(stage.importer, a);
                stage.bench.device.finish();
                work.get().end();
                stage.bench.requireNothingBroken();
            }
        });
    }

    /** A call that the contract does not foresee may throw. */
    private static void maybe(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            return; // the seat catches it
        }
    }

    private void hostileOrders(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Attached kept = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            Set<Integer> before = stage.bench.device.holding();
            Attached never = stage.bench.map(use, Attachments.any(use, stage.random));
            Attached gone = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            stage.bench.detach(stage.importer, gone);
            for (Attached a : List.of(never, gone)) {
                for (Phase phase : List.of(Phase.AFTER, Phase.RELEASE, Phase.BEFORE, Phase.BEFORE, Phase.AFTER)) {
                    maybe(() -> stage.importer.moveNotify(a, phase));
                    requireUnchanged(stage, before, phase + " of what is not attached");
                }
                maybe(() -> stage.importer.detached(a));
                maybe(() -> stage.importer.detached(a));
                requireUnchanged(stage, before, "detached of what is not attached");
            }
            stage.bench.unmap(never);
            for (Phase phase : List.of(Phase.RELEASE, Phase.AFTER, Phase.BEFORE, Phase.BEFORE, Phase.RELEASE, Phase.AFTER, Phase.AFTER)) {
                maybe(() -> stage.importer.moveNotify(kept, phase));
                requireUnchanged(stage, before, phase + " alone");
            }
            if (letsGo(use)) {
                stage.bench.move(stage.importer, use, kept, true, Optional.empty(), () -> { });
            }
            Optional<DeviceWork> work = stage.work(stage.importer, use);
            if (work.isPresent()) {
                work.get().begin(kept);
                requireAtWork(stage, kept);
                work.get().end();
            }
            stage.bench.detach(stage.importer, kept);
        });
    }

    private static void requireUnchanged(Stage stage, Set<Integer> before, String when) {
        stage.bench.requireNothingBroken();
        Set<Integer> now = stage.bench.device.holding();
        if (!now.equals(before)) {
            throw new CaseFailed("the device held descriptors " + before + ", now " + now + ": " + when);
        }
    }

    private void adoption(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Attached idle = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            Optional<DeviceWork> work = stage.work(stage.importer, use);
            if (work.isPresent()) {
                work.get().begin(a);
            }
            Set<Integer> before = stage.bench.device.holding();
            Importer second = stage.open();
            Importer third = null;
            try {
                requireUnchanged(stage, before, "a successor was made");
                second.rehearse(stage.bench.live());
                requireUnchanged(stage, before, "a successor rehearsed");
                second.adopt(stage.bench.live());
                requireUnchanged(stage, before, "a successor adopted");
                subject.close(stage.importer);
                requireUnchanged(stage, before, "its predecessor went");
                requireSame(List.of(use), uses(second).stream().filter(u -> u.id().equals(use.id())).toList(), "of a successor");
                third = stage.open();
                third.adopt(stage.bench.live());
                requireUnchanged(stage, before, "the next successor adopted");
                if (letsGo(use)) {
                    stage.bench.move(third, use, idle, true, Optional.empty(), () -> { });
                }
                stage.bench.detach(third, idle);
                stage.bench.detach(third, a);
                Attached next = stage.bench.attached(third, use, Attachments.any(use, stage.random));
                stage.bench.detach(third, next);
            } finally {
                subject.close(second);
                if (third != null) {
                    subject.close(third);
                }
            }
        });
    }

    private void adoptionAgain(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            Attached b = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            Importer second = stage.open();
            try {
                second.adopt(stage.bench.live());
                second.adopt(stage.bench.live());
                stage.bench.detach(stage.importer, a); // its predecessor served on
                second.adopt(stage.bench.live());
                stage.bench.detach(second, b);
                stage.requireNothingLeft("by the last adoption");
                Attached c = stage.bench.attached(second, use, Attachments.any(use, stage.random));
                stage.bench.detach(second, c);
                stage.requireNothingLeft("after the last adoption");
            } finally {
                subject.close(second);
            }
        });
    }

    private void catchingUp(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            Optional<DeviceWork> work = stage.work(stage.importer, use);
            if (work.isPresent()) {
                work.get().begin(a);
            }
            Importer second = stage.open();
            try {
                second.adopt(Live.NOTHING);
                // Changes are of extents: whoever says that it caught up knows its attachments nevertheless.
                if (!second.catchUp(new Changes(List.of(), List.of()))) {
                    second.adopt(stage.bench.live());
                }
                stage.bench.detach(second, a);
            } finally {
                subject.close(second);
            }
        });
    }

    private void strangeNotes(ImporterSubject subject) throws Exception {
        for (boolean newer : new boolean[] {false, true}) {
            playUses(subject, (stage, use) -> {
                Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
                Set<Integer> before = stage.bench.device.holding();
                stage.bench.notes.change(was -> Optional.of(new Note(newer && was.isPresent() ? was.get().schema() : "org.sharebuf.tck.made-up", Integer.MAX_VALUE,
                        Collections.nCopies(Note.MAX_DATA, 1L))));
                Importer second = stage.open();
                try {
                    second.adopt(stage.bench.live());
                } catch (Exception e) {
                    requireUnchanged(stage, before, "an adoption with notes that it cannot read threw " + e);
                    return; // it does not take the seat, which is an answer
                } finally {
                    subject.close(second);
                }
                Importer third = stage.open();
                try {
                    third.adopt(stage.bench.live());
                    requireUnchanged(stage, before, "an adoption with notes that it cannot read");
                    Attachments.call("detached", () -> {
                        third.detached(a);
                        return true;
                    });
                    stage.bench.forget(a);
                    stage.bench.requireNothingBroken();
                    Attached next = stage.bench.attached(third, use, Attachments.any(use, stage.random));
                    stage.bench.detach(third, next);
                } finally {
                    subject.close(third);
                }
            });
        }
    }

    private void makesWay(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            Optional<DeviceWork> work = stage.work(stage.importer, use);
            if (work.isPresent()) {
                work.get().begin(a);
                waitsEnd(stage, work.get());
            } else {
                Attachments.call("makeWay", () -> {
                    stage.importer.makeWay();
                    return true;
                });
            }
            try {
                uses(stage.importer);
                stage.bench.attach(stage.importer, use, Attachments.any(use, stage.random)).asOptional().ifPresent(b -> stage.bench.detach(stage.importer, b));
            } catch (MadeWayException e) {
                stage.bench.requireNothingBroken(); // the successor does it
            }
            Attachments.call("carryOn", () -> {
                stage.importer.carryOn();
                return true;
            });
            if (work.isPresent()) {
                requireAtWork(stage, a);
                work.get().end();
            }
            stage.bench.detach(stage.importer, a);
            Attached next = stage.bench.attached(stage.importer, use, Attachments.any(use, stage.random));
            stage.bench.detach(stage.importer, next);
        });
    }

    /** A thread waits for what does not come, until the importer is asked to make way. */
    private static void waitsEnd(Stage stage, DeviceWork work) throws Exception {
        ExecutorService waiting = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("sharebuf-tck-", 0).factory());
        try {
            CompletableFuture<Thread> waiter = new CompletableFuture<>();
            Future<?> wait = waiting.submit(() -> {
                waiter.complete(Thread.currentThread());
                try {
                    work.await(Duration.ofSeconds(PATIENCE_SECONDS));
                } catch (MadeWayException | DeviceException e) {
                    return null; // it came back, which is all that is asked for
                }
                return null;
            });
            long begun = System.nanoTime();
            while (!WAITING.contains(waiter.get().getState()) && !wait.isDone() && System.nanoTime() - begun < BEGINS_NANOS) {
                Thread.onSpinWait();
            }
            Attachments.call("makeWay", () -> {
                stage.importer.makeWay();
                return true;
            });
            wait.get(MAKES_WAY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CaseFailed("a wait threw " + e.getCause() + " when way was to be made", e.getCause());
        } catch (TimeoutException e) {
            throw new CaseFailed("a call that waits for the device did not come back within " + MAKES_WAY_SECONDS + " s of makeWay", e);
        } finally {
            waiting.shutdownNow();
        }
    }

    private void overlap(ImporterSubject subject) throws Exception {
        playUses(subject, (stage, use) -> {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            ExecutorService threads = Executors.newFixedThreadPool(THREADS, Thread.ofPlatform().daemon().name("sharebuf-tck-", 0).factory());
            try {
                List<Future<Void>> running = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    Random random = new Random(stage.random.nextLong());
                    Callable<Void> attaching = () -> {
                        start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        for (int round = 0; round < ROUNDS; round++) {
                            Attached a = stage.bench.attached(stage.importer, use, Attachments.any(use, random));
                            uses(stage.importer);
                            if (letsGo(use)) {
                                Attachments.notify(stage.importer, a, Phase.BEFORE);
                                Attachments.notify(stage.importer, a, Phase.AFTER);
                            }
                            stage.bench.detach(stage.importer, a);
                        }
                        return null;
                    };
                    running.add(threads.submit(attaching));
                }
                for (Future<Void> each : running) {
                    each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof CaseFailed failed ? new CaseFailed("beside other threads: " + failed.getMessage(), failed)
                        : new CaseFailed("threw " + e.getCause() + " beside other threads", e.getCause());
            } finally {
                threads.shutdownNow();
            }
            stage.requireNothingLeft("by several threads");
        });
    }
}
