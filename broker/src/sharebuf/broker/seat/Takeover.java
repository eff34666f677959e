package sharebuf.broker.seat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Plugin;
import sharebuf.seating.Seating.Given;
import sharebuf.seating.Seating.Place;

/**
 * One bundle takes over all seats of another.
 *
 * <pre>
 *   in line --- rehearse (the predecessor serves; what changes meanwhile is noted) --- catch up
 *      |
 *   seats closed: requests wait --- makeWay --- calls in flight end --- the successor adopts --- seats opened: they go to it
 *      |                                |               |                      |
 *      +--------------------------------+---------------+----------------------+--- or to the predecessor again
 * </pre>
 *
 * While the seats are closed nothing changes in the ledger that concerns them: what is placed, mapped, attached or given back is so within
 * a call. So what the successor adopts is exact, and the predecessor's books stay right in case it has to serve on.
 *
 * <p>What plug-ins do here is done on a thread of its own and waited for with a bound: one that hangs costs that thread, and no seat.
 *
 * <p>Confined to one thread, but for {@link #isInside}.
 */
public final class Takeover implements LongPredicate {
    private static final int MOST_REHEARSALS = 30;
    private static final long REHEARSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int FEW = 100;

    private final Seats seats;
    private final Calls calls;
    private final Seat.Limits limits;
    private final long from;
    private final long to;
    private final List<Handover<?>> handovers = new ArrayList<>();

    Takeover(Seats seats, Calls calls, Seat.Limits limits, long from, long to) {
        this.seats = seats;
        this.calls = calls;
        this.limits = limits;
        this.from = from;
        this.to = to;
    }

    /**
     * Seats of the predecessor in whose line nobody of the successor waits.
     *
     * @return by kind and name
     */
    public List<Place> uncovered() {
        return seats.of(from).stream().filter(s -> s.inLine(to).isEmpty()).map(Takeover::place).toList();
    }

    static Place place(Seat<?> seat) {
        return new Place(seat.kind().word(), seat.name());
    }

    /** Whether the current thread is in a call that has to end before the successor can adopt. */
    boolean isInside() {
        return calls.isInside(number -> calls.bundle(number) == from);
    }

    private Optional<Refusal> impossible(List<Seat<?>> mine) {
        String who = "seats of bundle " + from;
        if (mine.isEmpty()) {
            return Optional.of(Refusal.of(Errno.ENOENT, who, "none", "at least one"));
        }
        if (isInside()) {
            return Optional.of(Refusal.of(Errno.EBUSY, who, "this thread is within a call into one of its plug-ins, which cannot be waited for", "another thread"));
        }
        List<Place> open = uncovered();
        return open.isEmpty() ? Optional.empty()
                : Optional.of(Refusal.of(Errno.EAGAIN, who, "no successor in the line of " + open.getFirst(), "one of bundle " + to + " in each line"));
    }

    /**
     * Lets the successor adopt while the predecessor serves.
     *
     * @return done; or why it does not work
     */
    public Outcome<Outcome.Done> rehearse() {
        List<Seat<?>> mine = seats.of(from);
        Optional<Refusal> impossible = impossible(mine);
        if (impossible.isPresent()) {
            return Outcome.no(impossible.get());
        }
        try (Aside aside = new Aside()) {
            for (Seat<?> seat : mine) {
                Outcome<Outcome.Done> done = rehearse(seat, aside);
                if (!done.isOk()) {
                    return done;
                }
            }
        }
        return Outcome.ok();
    }

    private <P extends Plugin> Outcome<Outcome.Done> rehearse(Seat<P> seat, Aside aside) {
        Optional<Occupant<P>> next = seat.inLine(to);
        if (next.isEmpty()) {
            return Outcome.ok();
        }
        Occupant<P> comer = next.get();
        comer.follow(Optional.empty());
        long begun = System.nanoTime();
        Outcome<Outcome.Done> done = adopt(new Adoption<>(seat, comer, false), aside);
        // More than once where there is much to adopt: the successor's code is new, and while it adopts for good requests are held.
        for (int rounds = 1; done.isOk() && rounds < MOST_REHEARSALS && System.nanoTime() - begun < REHEARSAL_NANOS && seat.kind().oneAtATime()
                && seat.holdings().size() > FEW; rounds++) {
            done = adopt(new Adoption<>(seat, comer, false), aside);
        }
        return done;
    }

    /**
     * Takes over. Until the last step every failure leaves the predecessor where it is.
     *
     * @return what it took; or why not
     */
    public Outcome<Given> giveOver() {
        List<Seat<?>> mine = seats.of(from);
        Optional<Refusal> impossible = impossible(mine);
        if (impossible.isPresent()) {
            return Outcome.no(impossible.get());
        }
        try (Aside aside = new Aside()) {
            aside.warm();
            boolean given = false;
            try {
                for (Seat<?> seat : mine) {
                    Optional<? extends Handover<?>> h = seat.handOver(from, to, this);
                    if (h.isEmpty()) {
                        return Outcome.no(Refusal.of(Errno.EBUSY, place(seat).toString(), "somebody else came or went", "the predecessor in it, the successor in its line"));
                    }
                    handovers.add(h.get());
                }
                Optional<Refusal> behind = lastRehearsal(aside);
                if (behind.isPresent()) {
                    return Outcome.no(behind.get());
                }
                Outcome<Given> done = switchOver(aside);
                given = done.isOk();
                return done;
            } finally {
                if (!given) {
                    // First the word, then the calls: one that came before would make way for nobody, time after time.
                    handovers.forEach(h -> carryOn(h, aside));
                    handovers.forEach(Handover::keepPredecessor);
                }
            }
        }
    }

    /** The predecessor serves still: what changed since the rehearsal need not be learned while requests are held. */
    private Optional<Refusal> lastRehearsal(Aside aside) {
        for (Handover<?> h : handovers) {
            if (h.to().following().isPresent()) {
                Outcome<Outcome.Done> done = adopt(h, false, aside);
                if (!done.isOk()) {
                    return done.why();
                }
            }
        }
        return Optional.empty();
    }

    /** Plain loops: the first lambda of its kind takes a millisecond to be made, and requests are held here. */
    private Outcome<Given> switchOver(Aside aside) {
        long closed = System.nanoTime();
        for (Handover<?> h : handovers) {
            h.from().close();
        }
        int inFlight = calls.count(this);
        Optional<Refusal> busy = emptied(aside);
        if (busy.isPresent()) {
            return Outcome.no(busy.get());
        }
        long drained = System.nanoTime();
        int adopted = 0;
        boolean stay = false;
        try {
            for (; adopted < handovers.size(); adopted++) {
                Outcome<Outcome.Done> done = adopt(handovers.get(adopted), true, aside);
                if (!done.isOk()) {
                    return Outcome.no(done.why().orElseThrow());
                }
            }
            stay = !anyLeaving();
        } finally {
            if (!stay) {
                takeBackGreetings(Math.min(adopted + 1, handovers.size()), aside);
            }
        }
        if (!stay) {
            return Outcome.no(Refusal.of(Errno.ENODEV, "seats of bundle " + from, "a service of bundle " + to + " went meanwhile", "a successor that stays"));
        }
        long ready = System.nanoTime();
        for (Handover<?> h : handovers) {
            h.seatSuccessor();
        }
        long opened = System.nanoTime();
        return Outcome.ok(new Given(handovers.stream().map(h -> place(h.seat())).toList(), Duration.ofNanos(opened - closed), Duration.ofNanos(ready - drained),
                inFlight, handovers.stream().mapToInt(Handover::requests).sum()));
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

    /** Waits for the calls in flight; why they do not end. */
    private Optional<Refusal> emptied(Aside aside) {
        for (Handover<?> h : handovers) {
            if (!h.seat().kind().oneAtATime()) {
                Outcome<Outcome.Done> asked = aside.run("makeWay", h.from(), limits.callNanos(), new MakeWay(h.from()));
                if (!asked.isOk()) {
                    return asked.why();
                }
            }
        }
        try {
            long end = System.nanoTime() + limits.drainNanos();
            boolean empty = calls.drain(this, limits.drainNanos());
            for (Handover<?> h : handovers) {
                h.seatDrained();
            }
            // Once more for those that went along in between; now none does any more.
            return empty && calls.drain(this, end - System.nanoTime()) ? Optional.empty() : Optional.of(Refusal.of(Errno.ETIMEDOUT, "calls into bundle " + from,
                    calls.count(this) + " still in flight after " + limits.drainNanos() / 1_000_000 + " ms", "an end of each call when it is asked to make way"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(interrupted());
        }
    }

    private static Refusal interrupted() {
        return Refusal.of(Errno.EINTR, "takeover", "the thread was interrupted", "no interrupt");
    }

    private <P extends Plugin> Outcome<Outcome.Done> adopt(Handover<P> h, boolean forGood, Aside aside) {
        return adopt(new Adoption<>(h.seat(), h.to(), forGood), aside);
    }

    /** The rehearsal goes the same way, and so warms it. */
    private Outcome<Outcome.Done> adopt(Adoption<?> adoption, Aside aside) {
        return aside.run("adopt", adoption.comer(), 2 * limits.callNanos(), adoption);
    }

    /** A successor learns what is live: what changed since it learned that last, if it can, else all of it. */
    private record Adoption<P extends Plugin>(Seat<P> seat, Occupant<P> comer, boolean forGood) implements Supplier<Outcome<Outcome.Done>>,
            Seat.Call<P, Outcome.Done> {
        @Override
        public Outcome<Outcome.Done> get() {
            return seat.guarded(comer, "adopt", this);
        }

        @Override
        public Outcome.Done into(P plugin) throws Exception {
            boolean right = false;
            try {
                if (!caughtUp(plugin)) {
                    plugin.adopt(live());
                }
                right = true;
            } finally {
                if (!right) {
                    comer.follow(Optional.empty()); // whatever it knows now, it has to learn anew
                }
            }
            if (forGood) {
                seat.greet(plugin);
            }
            return Outcome.Done.DONE;
        }

        private boolean caughtUp(P plugin) throws Exception {
            Optional<Holdings.Following> following = comer.following();
            Optional<Changes> changes = following.isPresent() ? following.get().changes() : Optional.empty();
            return changes.isPresent() && plugin.catchUp(changes.get());
        }

        private Live live() {
            if (forGood) {
                return seat.holdings().live();
            }
            if (!seat.kind().oneAtATime()) {
                // The predecessor drives its device: adopting what is attached there would complete fences of jobs that it is just beginning.
                return Live.NOTHING;
            }
            comer.follow(seat.holdings().follow());
            return comer.following().map(Holdings.Following::begun).orElseGet(seat.holdings()::live);
        }
    }

    private record MakeWay(Occupant<?> who) implements Supplier<Outcome<Outcome.Done>> {
        @Override
        public Outcome<Outcome.Done> get() {
            who.service().makeWay();
            return Outcome.ok();
        }
    }

    /** What successors said of themselves is taken back. */
    private void takeBackGreetings(int count, Aside aside) {
        for (Handover<?> h : handovers.subList(0, count)) {
            greetAgain(h, aside);
        }
    }

    private <P extends Plugin> void greetAgain(Handover<P> h, Aside aside) {
        aside.run("greet", h.from(), limits.callNanos(), () -> {
            h.seat().greet(h.from().service());
            return Outcome.ok();
        });
    }

    private void carryOn(Handover<?> h, Aside aside) {
        if (!h.seat().kind().oneAtATime()) {
            aside.run("carryOn", h.from(), limits.callNanos(), () -> {
                h.from().service().carryOn();
                return Outcome.ok();
            });
        }
    }

    /** A thread for what may hang. */
    private static final class Aside implements AutoCloseable {
        private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("sharebuf-takeover").daemon().factory());

        /** Starts the thread before anybody is held for it. */
        void warm() {
            thread.submit(() -> { });
        }

        Outcome<Outcome.Done> run(String what, Occupant<?> who, long limitNanos, Supplier<Outcome<Outcome.Done>> step) {
            Future<Outcome<Outcome.Done>> done = thread.submit(() -> {
                try {
                    return step.get();
                } catch (Throwable t) {
                    // Copied: the throwable would keep the plug-in's class loader.
                    return Outcome.no(Thrown.of(t).refusal(Errno.EPROTO, who.toString(), what));
                }
            });
            try {
                return done.get(limitNanos + TimeUnit.MILLISECONDS.toNanos(100), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                done.cancel(true);
                return Outcome.no(Refusal.of(Errno.ETIMEDOUT, "plug-in " + who + " " + what, "no end within " + limitNanos / 1_000_000 + " ms", "a return"));
            } catch (InterruptedException e) {
                done.cancel(true);
                Thread.currentThread().interrupt();
                return Outcome.no(interrupted());
            } catch (ExecutionException e) {
                throw new IllegalStateException("takeover: " + e.getCause(), e.getCause());
            }
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
