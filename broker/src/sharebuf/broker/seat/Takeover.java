package sharebuf.broker.seat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
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
public final class Takeover {
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
            Switch change = new Switch(handovers, calls, limits);
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
                Outcome<Switch.Figures> done = aside.run(change);
                given = done.isOk();
                return done.then(f -> Outcome.ok(new Given(handovers.stream().map(h -> place(h.seat())).toList(), Duration.ofNanos(f.heldNanos()),
                        Duration.ofNanos(f.adoptNanos()), f.inFlight(), handovers.stream().mapToInt(Handover::requests).sum(), f.closedAt())));
            } finally {
                if (!given) {
                    bringBack(change.greeted(), aside);
                }
            }
        }
    }

    /** An interrupt ends the takeover, but not this: importers would make way for ever. */
    private void bringBack(int greeted, Aside aside) {
        boolean interrupted = Thread.interrupted();
        takeBackGreetings(greeted, aside);
        // First the word, then the calls: one that came before would make way for nobody, time after time.
        handovers.forEach(h -> carryOn(h, aside));
        handovers.forEach(Handover::keepPredecessor);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The predecessor serves still: what changed since the rehearsal need not be learned while requests are held. */
    private Optional<Refusal> lastRehearsal(Aside aside) {
        for (Handover<?> h : handovers) {
            if (h.to().following().isPresent()) {
                Outcome<Outcome.Done> done = rehearse(h, aside);
                if (!done.isOk()) {
                    return done.why();
                }
            }
        }
        return Optional.empty();
    }

    private <P extends Plugin> Outcome<Outcome.Done> rehearse(Handover<P> h, Aside aside) {
        return adopt(new Adoption<>(h.seat(), h.to(), false), aside);
    }

    private Outcome<Outcome.Done> adopt(Adoption<?> adoption, Aside aside) {
        return aside.run("adopt", adoption.comer(), 2 * limits.callNanos(), adoption);
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
}
