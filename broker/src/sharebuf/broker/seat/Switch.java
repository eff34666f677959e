package sharebuf.broker.seat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.plugin.Plugin;
import sharebuf.urgency.Urgency;

/**
 * The part of a takeover during which requests are held: seats are closed, calls in flight end, successors adopt, seats are opened. It begins when no
 * call is in flight, if such a moment comes soon.
 *
 * <p>All of it runs in real time, where the system allows it, and on one thread, for each hand-over to another one would wait its turn where the
 * processors are busy; the thread that asked
 * for the takeover looks on, and calls it off when a step takes too long. Whoever of the two decides first has decided: then the seats are
 * the successors', or nothing more is done here and the other one brings back what was.
 *
 * <p>Plain loops: the first lambda of its kind takes a millisecond to be made.
 */
final class Switch implements LongPredicate {
    /**
     * What is being done.
     *
     * @param what a word for it
     * @param who whose code runs, or what is waited for
     * @param limitNanos how long it may take
     * @param until the time of {@link System#nanoTime} at which it has taken too long
     */
    record Step(String what, Object who, long limitNanos, long until) {
        private static Step now(String what, Object who, long limitNanos) {
            return new Step(what, who, limitNanos, System.nanoTime() + limitNanos);
        }
    }

    /**
     * How it went.
     *
     * @param closedAt when seats were closed, by {@link System#nanoTime}
     * @param heldNanos for which seats were closed
     * @param adoptNanos of it in which successors adopted
     * @param inFlight calls that were in when the seats were closed
     */
    record Figures(long closedAt, long heldNanos, long adoptNanos, int inFlight) {
    }

    private static final long LULL_NANOS = 5_000_000;
    private static final long PAUSE_NANOS = 20_000;

    private final List<Handover<?>> handovers;
    private final Calls calls;
    private final Seat.Limits limits;
    private final AtomicBoolean decided = new AtomicBoolean();
    private volatile Step step;
    private volatile int greeted;
    private volatile int thread = Urgency.NOBODY;

    Switch(List<Handover<?>> handovers, Calls calls, Seat.Limits limits) {
        this.handovers = handovers;
        this.calls = calls;
        this.limits = limits;
        step = Step.now("begin", "takeover", limits.callNanos());
    }

    Step step() {
        return step;
    }

    /** Nothing more is to be done here, and nobody waits for its thread any more, however long that goes on; false when all is done. */
    boolean callOff() {
        boolean first = decided.compareAndSet(false, true);
        if (first) {
            Urgency.ORDINARY.give(thread);
        }
        return first;
    }

    /** How many of the successors may have said something of themselves. */
    int greeted() {
        return greeted;
    }

    Outcome<Figures> run() {
        thread = Urgency.thread();
        Urgency.REAL_TIME.give(thread);
        try {
            return change();
        } finally {
            Urgency.ORDINARY.give(thread);
        }
    }

    private Outcome<Figures> change() {
        try {
            // Whoever is in may be waiting for a processor, and then everybody who comes would wait with him. And a thread that has worked for long, as this
            // one has where there was much to rehearse, is the next to be halted; one that comes from a pause is not.
            LockSupport.parkNanos(this, PAUSE_NANOS);
            calls.awaitLull(this::isShort, LULL_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.no(Aside.interrupted());
        }
        long closed = System.nanoTime();
        for (Handover<?> h : handovers) {
            h.from().close();
        }
        int inFlight = calls.count(this);
        Optional<Refusal> busy = emptied();
        if (busy.isPresent()) {
            return Outcome.no(busy.get());
        }
        long drained = System.nanoTime();
        for (Handover<?> h : handovers) {
            greeted = greeted + 1;
            Outcome<Outcome.Done> done = adopt(h);
            if (h.to().leaving() || decided.get()) {
                break;
            }
            if (!done.isOk()) {
                return Outcome.no(done.why().orElseThrow());
            }
        }
        if (anyLeaving()) {
            return Outcome.no(Refusal.of(Errno.ENODEV, "takeover", "a service of the successor went meanwhile", "a successor that stays"));
        }
        if (!decided.compareAndSet(false, true)) {
            return Outcome.no(Aside.interrupted()); // nobody hears it
        }
        long ready = System.nanoTime();
        // Whoever was held may get the processor before this thread does: the time ends when the last seat is opened, not when this thread looks.
        long opened = closed;
        for (Handover<?> h : handovers) {
            opened = h.seatSuccessor();
        }
        return Outcome.ok(new Figures(closed, opened - closed, ready - drained, inFlight));
    }

    private <P extends Plugin> Outcome<Outcome.Done> adopt(Handover<P> h) {
        step = Step.now("adopt", h.to(), 2 * limits.callNanos());
        Outcome<Outcome.Done> done = Aside.guarded("adopt", h.to(), new Adoption<>(h.seat(), h.to(), true));
        // One that hung, and comes back when nobody waits any more, is not asked.
        return done.isOk() && !decided.get() ? Aside.guarded("adopt", h.to(), new Greeting<>(h.seat(), h.to())) : done;
    }

    private record Greeting<P extends Plugin>(Seat<P> seat, Occupant<P> comer) implements Supplier<Outcome<Outcome.Done>>, Seat.Call<P, Outcome.Done> {
        @Override
        public Outcome<Outcome.Done> get() {
            return seat.guarded(comer, "adopt", this);
        }

        @Override
        public Outcome.Done into(P plugin) {
            seat.greet(plugin);
            return Outcome.Done.DONE;
        }
    }

    /** Waits for the calls in flight; why they do not end. */
    private Optional<Refusal> emptied() {
        for (Handover<?> h : handovers) {
            if (!h.seat().kind().oneAtATime()) {
                step = Step.now("makeWay", h.from(), limits.callNanos());
                Outcome<Outcome.Done> asked = Aside.guarded("makeWay", h.from(), new MakeWay(h.from()));
                if (!asked.isOk()) {
                    return asked.why();
                }
            }
        }
        // Ends by itself; the onlooker waits longer.
        step = Step.now("drain", "takeover", 2 * limits.drainNanos());
        try {
            long end = System.nanoTime() + limits.drainNanos();
            boolean empty = calls.drain(this, limits.drainNanos());
            for (Handover<?> h : handovers) {
                h.seatDrained();
            }
            // Once more for those that went along in between; now none does any more.
            return empty && calls.drain(this, end - System.nanoTime()) ? Optional.empty() : Optional.of(Refusal.of(Errno.ETIMEDOUT, "calls in flight",
                    calls.count(this) + " still in flight after " + limits.drainNanos() / 1_000_000 + " ms", "an end of each call when it is asked to make way"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(Aside.interrupted());
        }
    }

    private record MakeWay(Occupant<?> who) implements Supplier<Outcome<Outcome.Done>> {
        @Override
        public Outcome<Outcome.Done> get() {
            who.service().makeWay();
            return Outcome.ok();
        }
    }

    /** Whether calls of an occupant that goes are short by nature. Others may last until they are asked to make way. */
    private boolean isShort(long number) {
        for (Handover<?> h : handovers) {
            if (h.from().number() == number) {
                return h.seat().kind().oneAtATime();
            }
        }
        return false;
    }

    private boolean anyLeaving() {
        for (Handover<?> h : handovers) {
            if (h.to().leaving()) {
                return true;
            }
        }
        return false;
    }

    /** Whether an occupant is one of those that go. */
    @Override
    public boolean test(long number) {
        for (Handover<?> h : handovers) {
            if (h.from().number() == number) {
                return true;
            }
        }
        return false;
    }
}
