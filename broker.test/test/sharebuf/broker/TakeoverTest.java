package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.allocator.Allocator;
import sharebuf.broker.Spy.Gate;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.device.Access;
import sharebuf.importer.Importer;
import sharebuf.plugin.MadeWayException;
import sharebuf.seating.Seating.Given;
import sharebuf.seating.Seating.Place;
import sharebuf.urgency.Urgency;

/** One bundle takes over the seats of another: nothing is missed, nobody is refused, and whatever goes wrong leaves the old one where it was. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TakeoverTest {
    private static final long OLD = 7;
    private static final long NEW = 8;
    private static final int PAGES = 64;
    /** Only calls that never end come to these limits, however busy the machine is; a call counts as hung after twice the first. */
    private static final long CALL_MILLIS = 2_000;
    private static final long DRAIN_MILLIS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Scene scene = new Scene(BrokerLimits.of(CALL_MILLIS, 60_000, DRAIN_MILLIS, 300));
    private final FakeRegion region = scene.region("pool", 0x1000_0000L, PAGES * 4096);
    private final Seat<Allocator> seat = scene.broker.allocatorSeat("pool");
    private final Spy old = new Spy(region);
    private final Spy next = new Spy(region);
    private long nextId;

    TakeoverTest() {
        scene.device("gpu", Access.READ, Scene.any());
        scene.sit(seat, old, "cma", "cma 1", OLD);
    }

    @AfterEach
    void nothingIsLeft() {
        scene.session.close();
        // The allocator's books are as empty as the ledger: the whole region in one piece.
        Session last = scene.broker.open("last", "test 1.0.0", "here");
        assertThat(last.allocateFor(BufferSpec.bytes(PAGES * 4096L), Scene.uses("gpu")).why()).isEmpty();
        last.close();
        scene.close();
        assertThat(scene.liveExtents()).isZero();
    }

    private void queueUp() {
        nextId = scene.sit(seat, next, "cma", "cma 2", NEW);
    }

    private BufferSet set() {
        return scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu")).orThrow();
    }

    private Outcome<Given> takeOver() {
        return scene.broker.seats().takeover(OLD, NEW).giveOver();
    }

    private Outcome<Given> takeOverSoon(Gate inFlight) {
        CompletableFuture<Outcome<Given>> given = Scene.async(this::takeOver);
        awaitHeld(0);
        inFlight.open.countDown();
        return given.join();
    }

    /** Until a takeover is under way and so many requests wait for its end. */
    private void awaitHeld(int requests) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (seat.held().orElse(-1) < requests) {
            assertThat(System.nanoTime()).as("%s requests are held after %s", seat.held(), PATIENCE).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void theSuccessorLearnsWhatChangedSinceItsRehearsalAndServes() {
        BufferSet live = set();
        BufferSet freed = set();
        queueUp();
        assertThat(scene.broker.seats().takeover(OLD, NEW).uncovered()).isEmpty();
        assertThat(scene.broker.seats().takeover(OLD, NEW).rehearse().isOk()).isTrue();
        freed.close();
        BufferSet late = set();
        set().close();
        Given given = takeOver().orThrow();
        assertThat(given.places()).containsExactly(new Place("allocator", "pool"));
        assertThat(given.held()).isGreaterThanOrEqualTo(given.adopted());
        // The late one lies where the freed one was: one and the same extent for an allocator, and so no change.
        assertThat(next.told).containsExactly("adopt 2", "catch up -0 +0", "catch up -0 +0");
        assertThat(seat.lastBundle()).isEqualTo("cma 2");
        assertThat(seat.line()).isEmpty();
        int before = old.told.size();
        set();
        live.close();
        late.close();
        assertThat(old.told).hasSize(before);
        assertThat(next.told).hasSize(6);
    }

    @Test
    void whatIsPlacedAndGivenBackBetweenRehearsalAndTakeoverIsCaughtUpWith() {
        BufferSet first = set();
        set();
        queueUp();
        assertThat(scene.broker.seats().takeover(OLD, NEW).rehearse().isOk()).isTrue();
        first.close();
        set();
        set();
        set();
        takeOver().orThrow();
        assertThat(next.told).containsExactly("adopt 2", "catch up -0 +2", "catch up -0 +0");
    }

    @Test
    void aSuccessorThatCannotCatchUpAdoptsAgain() {
        set();
        BufferSet freed = set();
        queueUp();
        next.catchesUp = false;
        assertThat(scene.broker.seats().takeover(OLD, NEW).rehearse().isOk()).isTrue();
        freed.close();
        takeOver().orThrow();
        assertThat(next.told).containsExactly("adopt 2", "catch up -1 +0", "adopt 1", "catch up -0 +0", "adopt 1");
    }

    @Test
    void aSuccessorThatThrewWhileItCaughtUpLearnsAllAnew() {
        set();
        queueUp();
        assertThat(scene.broker.seats().takeover(OLD, NEW).rehearse().isOk()).isTrue();
        next.beforeCatchUp = () -> {
            throw new IllegalStateException("lost a page");
        };
        assertThat(takeOver().why().orElseThrow().found()).contains("lost a page");
        set();
        assertThat(seat.lastBundle()).isEqualTo("cma 1");
        next.beforeCatchUp = Spy.Obstacle.NONE;
        takeOver().orThrow();
        assertThat(next.told).containsExactly("adopt 1", "catch up -0 +0", "adopt 2");
    }

    /** Who took the journal of the first one must not have it believe that nothing changed. */
    @Test
    void ofTwoThatRehearsedOnlyTheLastCatchesUp() {
        set();
        queueUp();
        Spy other = new Spy(region);
        scene.sit(seat, other, "cma", "cma 3", NEW + 1);
        assertThat(scene.broker.seats().takeover(OLD, NEW).rehearse().isOk()).isTrue();
        assertThat(scene.broker.seats().takeover(OLD, NEW + 1).rehearse().isOk()).isTrue();
        set();
        takeOver().orThrow();
        assertThat(next.told).containsExactly("adopt 1", "adopt 2", "catch up -0 +0");
        assertThat(scene.broker.seats().takeover(NEW, NEW + 1).giveOver().isOk()).isTrue();
        assertThat(other.told).containsExactly("adopt 1", "adopt 2", "catch up -0 +0");
    }

    @Test
    void whyMemoryWasTakenIsToldAsItWasThenWhoeverSitsThereNow() {
        BufferSet silent = set();
        BufferSet asked = set();
        Explanation before = asked.explain();
        nextId = scene.sit(seat, next, "bottomup", "bottomup 1", NEW);
        assertThat(takeOver().isOk()).isTrue();
        Explanation after = silent.explain();
        assertThat(after.choices()).extracting(Explanation.Choice::allocator).containsExactly("cma");
        assertThat(after.allocators()).extracting(Explanation.Row::allocator).contains("cma").doesNotContain("bottomup");
        assertThat(after).isEqualTo(before);
        assertThat(asked.explain()).isEqualTo(before);
        assertThat(set().explain().choices()).extracting(Explanation.Choice::allocator).containsExactly("bottomup");
    }

    @Test
    void callsInFlightEndInTheOldOneAndRequestsThatComeMeanwhileAreServedByTheNewOne() throws Exception {
        BufferSet live = set();
        queueUp();
        Gate gate = new Gate();
        old.beforePlace = gate;
        CompletableFuture<BufferSet> inFlight = Scene.async(this::set);
        gate.reached.await();
        CompletableFuture<Outcome<Given>> given = Scene.async(this::takeOver);
        old.beforePlace = Spy.Obstacle.NONE;
        awaitHeld(0);
        // Closed when a call that comes now does not go in. One that came before waits for its turn, and is not waited for.
        List<CompletableFuture<BufferSet>> calls = new ArrayList<>();
        while (seat.held().orElseThrow() == 0) {
            calls.add(Scene.async(this::set));
            long soon = System.nanoTime() + 2_000_000;
            while (seat.held().orElseThrow() == 0 && System.nanoTime() < soon) {
                Thread.onSpinWait();
            }
        }
        CompletableFuture<Void> free = Scene.async(() -> {
            live.close();
            return null;
        });
        awaitHeld(2);
        gate.open.countDown();
        Given figures = given.join().orThrow();
        assertThat(figures.inFlight()).isPositive();
        assertThat(figures.requests()).isGreaterThanOrEqualTo(2);
        inFlight.join();
        calls.forEach(CompletableFuture::join);
        free.join();
        // What was in flight is adopted, what was given back meanwhile is told after it.
        assertThat(next.told).contains("place").anyMatch(t -> t.startsWith("released"));
        assertThat(old.told).noneMatch(t -> t.startsWith("released"));
    }

    @Test
    void theOneThatEverybodyWaitsForHasTheHighestPriorityUntilItIsOut() throws Exception {
        queueUp();
        Gate gate = new Gate();
        AtomicReference<Thread> inside = new AtomicReference<>();
        old.beforePlace = () -> {
            inside.set(Thread.currentThread());
            gate.meet();
        };
        CompletableFuture<Void> over = new CompletableFuture<>();
        CompletableFuture<Integer> afterwards = Scene.async(() -> {
            Thread.currentThread().setPriority(Thread.NORM_PRIORITY - 1);
            set();
            over.join();
            return Thread.currentThread().getPriority();
        });
        gate.reached.await();
        assertThat(inside.get().getPriority()).isEqualTo(Thread.NORM_PRIORITY - 1);
        old.beforePlace = Spy.Obstacle.NONE;
        CompletableFuture<Outcome<Given>> given = Scene.async(this::takeOver);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (inside.get().getPriority() != Thread.MAX_PRIORITY) {
            assertThat(System.nanoTime()).as("still of priority %s after %s", inside.get().getPriority(), PATIENCE).isLessThan(end);
            Thread.onSpinWait();
        }
        gate.open.countDown();
        assertThat(given.join().isOk()).isTrue();
        over.complete(null);
        assertThat(afterwards.join()).isEqualTo(Thread.NORM_PRIORITY - 1);
    }

    @Test
    void callsThatWaitForTheirTurnAreNotWaitedForAndGoToTheNewOne() throws Exception {
        queueUp();
        Gate gate = new Gate();
        old.beforePlace = gate;
        CompletableFuture<BufferSet> inFlight = Scene.async(this::set);
        gate.reached.await();
        old.beforePlace = Spy.Obstacle.NONE;
        List<CompletableFuture<BufferSet>> behind = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            behind.add(Scene.async(this::set));
        }
        CompletableFuture<Outcome<Given>> given = Scene.async(this::takeOver);
        awaitHeld(0);
        // Closed when a call that comes now is held; those before it wait for their turn, or are held too.
        while (seat.held().orElseThrow() == 0) {
            behind.add(Scene.async(this::set));
            LockSupport.parkNanos(1_000_000);
        }
        gate.open.countDown();
        assertThat(given.join().isOk()).isTrue();
        inFlight.join();
        behind.forEach(CompletableFuture::join);
        assertThat(old.told.stream().filter("place"::equals)).hasSize(1);
        assertThat(next.told.stream().filter("place"::equals)).hasSize(behind.size());
    }

    @Test
    void oneThatCannotAdoptLeavesTheOldOneInItsSeat() throws Exception {
        queueUp();
        next.beforeAdopt = () -> {
            throw new IllegalStateException("books are wet");
        };
        Refusal why = scene.broker.seats().takeover(OLD, NEW).rehearse().why().orElseThrow();
        assertThat(why.message()).contains("cma 2", "books are wet");
        Gate gate = new Gate();
        old.beforePlace = gate;
        CompletableFuture<BufferSet> inFlight = Scene.async(this::set);
        gate.reached.await();
        old.beforePlace = Spy.Obstacle.NONE;
        Outcome<Given> given = takeOverSoon(gate);
        assertThat(given.why().orElseThrow().found()).contains("books are wet");
        inFlight.join();
        set();
        assertThat(seat.lastBundle()).isEqualTo("cma 1");
        assertThat(seat.line()).containsExactly("cma of cma 2");
        assertThat(next.told).doesNotContain("place");
    }

    @Test
    void oneThatHangsInAdoptAndIsDeafCostsNobodyTheSeat() {
        queueUp();
        CompletableFuture<Void> end = new CompletableFuture<>();
        next.beforeAdopt = () -> {
            while (!end.isDone()) {
                Thread.onSpinWait();
            }
        };
        assertThat(takeOver().why().orElseThrow().errno()).isEqualTo(Errno.ETIMEDOUT);
        set();
        assertThat(seat.lastBundle()).isEqualTo("cma 1");
        end.complete(null);
    }

    /** How the system schedules a thread: 0 for an ordinary one, 1 for one in real time (policy in proc_pid_stat(5)). */
    private static String policy(String thread) {
        try {
            String stat = Files.readString(Path.of("/proc", thread, "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[41 - 3];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void realTimeIsAllowed() {
        int me = Urgency.thread();
        assumeTrue(Urgency.REAL_TIME.give(me) && Urgency.ORDINARY.give(me), "the system does not allow real time to this process");
    }

    @Test
    void itAdoptsInRealTimeWhileRequestsAreHeldAndNotWhenItRehearses() {
        realTimeIsAllowed();
        queueUp();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        next.beforeAdopt = () -> seen.add("adopt " + policy("thread-self"));
        next.beforeCatchUp = () -> seen.add("catch up " + policy("thread-self"));
        assertThat(scene.broker.seats().takeover(OLD, NEW).rehearse().isOk()).isTrue();
        takeOver().orThrow();
        assertThat(seen).containsExactly("adopt 0", "catch up 0", "catch up 1");
    }

    @Test
    void oneThatHangsInAdoptHangsAsAnOrdinaryThread() throws Exception {
        realTimeIsAllowed();
        queueUp();
        AtomicReference<String> thread = new AtomicReference<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        AtomicBoolean realTime = new AtomicBoolean();
        next.beforeAdopt = () -> {
            thread.set("self/task/" + Urgency.thread());
            realTime.set(policy("thread-self").equals("1"));
            while (!end.isDone()) {
                LockSupport.parkNanos(1_000_000); // deaf to interrupts
            }
            gone.complete(null);
        };
        assertThat(takeOver().why().orElseThrow().errno()).isEqualTo(Errno.ETIMEDOUT);
        assertThat(realTime).isTrue();
        assertThat(policy(thread.get())).as("it hangs still, and nobody waits for it").isEqualTo("0");
        end.complete(null);
        gone.join();
    }

    @Test
    void anInterruptCallsTheTakeoverOff() throws Exception {
        queueUp();
        Gate gate = new Gate();
        next.beforeAdopt = gate;
        AtomicReference<Outcome<Given>> given = new AtomicReference<>();
        AtomicBoolean kept = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            given.set(takeOver());
            kept.set(Thread.interrupted());
        });
        gate.reached.await();
        caller.interrupt();
        caller.join();
        assertThat(given.get().why().orElseThrow().errno()).isEqualTo(Errno.EINTR);
        assertThat(kept).as("the caller learns that it was interrupted").isTrue();
        set();
        assertThat(seat.lastBundle()).isEqualTo("cma 1");
        next.beforeAdopt = Spy.Obstacle.NONE;
        assertThat(takeOver().isOk()).isTrue();
    }

    @Test
    void aCallThatDoesNotEndKeepsItsPluginInTheSeat() throws Exception {
        queueUp();
        CompletableFuture<Void> end = new CompletableFuture<>();
        Gate in = new Gate();
        in.open.countDown();
        // Deaf for longer than the drain waits, and shorter than what makes it count as hung.
        old.beforePlace = () -> {
            in.meet();
            while (!end.isDone()) {
                Thread.onSpinWait();
            }
        };
        CompletableFuture<Outcome<BufferSet>> inFlight = Scene.async(() -> scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu")));
        in.reached.await();
        Refusal why = takeOver().why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ETIMEDOUT);
        assertThat(why.found()).contains("1 still in flight after " + DRAIN_MILLIS + " ms");
        assertThat(seat.lastBundle()).isEqualTo("cma 1");
        old.beforePlace = Spy.Obstacle.NONE;
        end.complete(null);
        inFlight.join();
        assertThat(takeOver().isOk()).isTrue();
    }

    @Test
    void aSuccessorThatGoesMeanwhileIsNotSeated() throws Exception {
        queueUp();
        Gate gate = new Gate();
        next.beforeAdopt = gate;
        CompletableFuture<Outcome<Given>> given = Scene.async(this::takeOver);
        gate.reached.await();
        CompletableFuture<BufferSet> held = Scene.async(this::set);
        awaitHeld(1);
        scene.broker.seats().leave(seat, nextId);
        gate.open.countDown();
        assertThat(given.join().why().orElseThrow().found()).contains("went meanwhile");
        held.join();
        assertThat(seat.lastBundle()).isEqualTo("cma 1");
        assertThat(seat.line()).isEmpty();
    }

    @Test
    void anOldOneThatIsStoppedMeanwhileIsSucceededAllTheSame() throws Exception {
        long oldId = scene.seated.get(seat);
        queueUp();
        Gate gate = new Gate();
        next.beforeAdopt = gate;
        CompletableFuture<Outcome<Given>> given = Scene.async(this::takeOver);
        gate.reached.await();
        scene.broker.seats().leave(seat, oldId);
        CompletableFuture<BufferSet> held = Scene.async(this::set);
        awaitHeld(1);
        gate.open.countDown();
        assertThat(given.join().isOk()).isTrue();
        held.join();
        assertThat(seat.lastBundle()).isEqualTo("cma 2");
    }

    @Test
    void aThreadInsideThePluginCannotReplaceIt() {
        queueUp();
        AtomicReference<Outcome<Given>> inside = new AtomicReference<>();
        old.beforePlace = () -> {
            assertThat(scene.broker.seats().isInside(OLD)).isTrue();
            inside.set(takeOver());
        };
        set();
        assertThat(inside.get().why().orElseThrow().found()).contains("this thread is within a call");
        assertThat(scene.broker.seats().isInside(OLD)).isFalse();
        assertThat(seat.lastBundle()).isEqualTo("cma 1");
    }

    @Test
    void whoHasNoSuccessorInEachLineIsNotReplaced() {
        assertThat(takeOver().why().orElseThrow().found()).contains("no successor in the line of allocator pool");
        assertThat(scene.broker.seats().takeover(99, NEW).giveOver().why().orElseThrow().errno()).isEqualTo(Errno.ENOENT);
    }

    /** Two seats of one bundle: the second successor fails, and both stay; then both go. */
    @Test
    void allSeatsOfABundleChangeTogether() throws Exception {
        FakeRegion second = scene.region("second", 0x2000_0000L, PAGES * 4096);
        Seat<Allocator> other = scene.broker.allocatorSeat("second");
        Spy otherOld = new Spy(second);
        Spy otherNext = new Spy(second);
        scene.sit(other, otherOld, "cma.2", "cma 1", OLD);
        queueUp();
        assertThat(takeOver().why().orElseThrow().found()).contains("no successor in the line of allocator second");
        scene.sit(other, otherNext, "cma.2", "cma 2", NEW);
        otherNext.beforeAdopt = () -> {
            throw new UnsupportedOperationException("not mine");
        };
        assertThat(takeOver().why().orElseThrow().found()).contains("not mine");
        assertThat(List.of(seat.lastBundle(), other.lastBundle())).containsExactly("cma 1", "cma 1");
        otherNext.beforeAdopt = Spy.Obstacle.NONE;
        // A call in flight in one seat that needs the other one, of the same bundle, does not wait for itself.
        Gate gate = new Gate();
        AtomicReference<Outcome<String>> nested = new AtomicReference<>();
        CompletableFuture<Outcome<String>> outer = Scene.async(() -> seat.call("outer", a -> {
            gate.meet();
            nested.set(other.call("inner", b -> b == otherOld ? "old" : "new"));
            return a == old ? "old" : "new";
        }));
        gate.reached.await();
        Given given = takeOverSoon(gate).orThrow();
        assertThat(given.places()).hasSize(2);
        assertThat(outer.join().orThrow()).isEqualTo("old");
        assertThat(nested.get().orThrow()).isEqualTo("old");
        assertThat(List.of(seat.lastBundle(), other.lastBundle())).containsExactly("cma 2", "cma 2");
        assertThat(other.call("after", b -> b == otherNext).orThrow()).isTrue();
    }

    @Test
    void aCallThatOneInFlightWaitsForGoesAlongWithIt() throws Exception {
        queueUp();
        Gate gate = new Gate();
        CompletableFuture<Void> helped = new CompletableFuture<>();
        CompletableFuture<Outcome<String>> waits = Scene.async(() -> seat.call("waits", a -> {
            gate.meet();
            helped.join();
            return "done";
        }));
        gate.reached.await();
        gate.open.countDown();
        CompletableFuture<Outcome<Given>> given = Scene.async(this::takeOver);
        awaitHeld(0);
        // One at a time is the rule of this seat; what goes along is told to seats whose calls may overlap. Here it only has to come in.
        CompletableFuture<Outcome<String>> along = Scene.async(() -> seat.callAlong("helps", a -> "helped"));
        LockSupport.parkNanos(50_000_000);
        helped.complete(null);
        assertThat(along.join().isOk()).isTrue();
        assertThat(waits.join().isOk()).isTrue();
        assertThat(given.join().isOk()).isTrue();
    }

    /** An importer whose calls wait until way is to be made. */
    private static final class Waiting extends Scene.Quiet {
        volatile Gate waits = new Gate();
        final AtomicInteger carriedOn = new AtomicInteger();
        volatile boolean adoptable = true;
        final List<String> told = Collections.synchronizedList(new ArrayList<>());

        Waiting() {
            super("camera", Access.WRITE, Scene.any());
        }

        String await() throws InterruptedException {
            waits.meet();
            throw new MadeWayException();
        }

        @Override
        public void adopt(sharebuf.plugin.Live live) {
            told.add("adopt " + live.attachments().size());
            if (!adoptable) {
                throw new IllegalStateException("not now");
            }
        }

        @Override
        public void rehearse(sharebuf.plugin.Live live) {
            told.add("rehearse " + live.attachments().size());
            if (!adoptable) {
                throw new IllegalStateException("not today");
            }
        }

        @Override
        public void makeWay() {
            waits.open.countDown();
        }

        @Override
        public void carryOn() {
            waits = new Gate();
            carriedOn.incrementAndGet();
        }
    }

    @Test
    void anImporterRehearsesWithWhatIsAttachedAndAdoptsItOnlyForGood() throws Exception {
        Waiting camera = new Waiting();
        scene.broker.node(Node.of(new sharebuf.device.Device("camera", List.of(), "soc", Scene.any())));
        Seat<Importer> importers = scene.broker.importers().seat("camera", "soc");
        scene.sit(importers, camera, "importer", "importer 1", 17);
        scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("camera")).orThrow();
        assertThat(camera.told).containsExactly("adopt 0");
        Waiting next = new Waiting();
        scene.sit(importers, next, "importer", "importer 2", 18);
        next.adoptable = false;
        assertThat(scene.broker.seats().takeover(17, 18).rehearse().why().orElseThrow().found()).contains("not today");
        next.adoptable = true;
        assertThat(scene.broker.seats().takeover(17, 18).rehearse().isOk()).isTrue();
        assertThat(next.told).containsExactly("rehearse 1", "rehearse 1");
        scene.broker.seats().takeover(17, 18).giveOver().orThrow();
        assertThat(next.told).containsExactly("rehearse 1", "rehearse 1", "adopt 1");
    }

    @Test
    void whatWaitsInAnImporterMakesWayAndIsCalledAgainAtItsSuccessor() throws Exception {
        Waiting camera = new Waiting();
        scene.broker.node(Node.of(new sharebuf.device.Device("camera", List.of(), "soc", Scene.any())));
        Seat<Importer> importers = scene.broker.importers().seat("camera", "soc");
        scene.sit(importers, camera, "importer", "importer 1", 17);
        Waiting bad = new Waiting();
        bad.adoptable = false;
        long badId = scene.sit(importers, bad, "importer", "importer 2", 18);
        assertThat(scene.broker.seats().takeover(17, 18).giveOver().why().orElseThrow().found()).contains("not now");
        assertThat(camera.carriedOn).hasValue(1);
        scene.broker.seats().leave(importers, badId);

        Waiting again = new Waiting();
        scene.sit(importers, again, "importer", "importer 3", 19);
        CompletableFuture<Outcome<String>> frame = Scene.async(() -> importers.call("dequeue", i -> i == again ? "frame" : ((Waiting) i).await()));
        camera.waits.reached.await();
        Given given = scene.broker.seats().takeover(17, 19).giveOver().orThrow();
        assertThat(given.inFlight()).isEqualTo(1);
        assertThat(given.held()).as("it made way, and was not waited out").isLessThan(Duration.ofMillis(CALL_MILLIS));
        assertThat(frame.join().orThrow()).isEqualTo("frame");
    }

    @Test
    void aPluginThatMakesWayForNobodyDoesNotKeepItsCaller() {
        Refusal why = seat.call("offer", a -> {
            throw new MadeWayException();
        }).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EPROTO);
    }

    @Test
    void threadsThatAllocateAndFreeNeverNotice() {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong served = new AtomicLong();
        List<CompletableFuture<Boolean>> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            threads.add(Scene.async(() -> {
                try (Session s = scene.broker.open("t", "test 1.0.0", "here")) {
                    while (!stop.get()) {
                        s.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu")).orThrow().close();
                        served.incrementAndGet();
                    }
                }
                return true;
            }));
        }
        BufferSet veteran = set();
        int swaps = 0;
        int held = 0;
        long end = System.nanoTime() + 2_000_000_000L;
        for (long from = OLD; System.nanoTime() < end; from++, swaps++) {
            long goingId = scene.seated.get(seat);
            scene.sit(seat, new Spy(region), "cma", "cma " + from, from + 1);
            if (swaps % 2 == 0) {
                assertThat(scene.broker.seats().takeover(from, from + 1).rehearse().isOk()).isTrue();
            }
            Outcome<Given> given = scene.broker.seats().takeover(from, from + 1).giveOver();
            assertThat(given.why()).isEmpty();
            held += given.orThrow().requests() + given.orThrow().inFlight();
            scene.broker.seats().leave(seat, goingId);
        }
        stop.set(true);
        threads.forEach(CompletableFuture::join);
        veteran.close();
        assertThat(swaps).isGreaterThan(10);
        assertThat(held).isPositive();
        assertThat(served.get()).isPositive();
        assertThat(scene.reports).isEmpty();
    }
}
