package sharebuf.broker.seat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.inventory.Snapshot.SeatState;
import sharebuf.plugin.Live;
import sharebuf.plugin.Plugin;

/**
 * A place for one plug-in. Calls go through {@link #call}: on the caller's thread, without a lock of the core, bounded, and what
 * the plug-in throws becomes a refusal.
 *
 * <pre>
 *            sit (adopted)          leave                grace over
 *   GONE ------------------> SEATED -------> AWAY ------------------> GONE
 *     ^                        |  ^            |  sit (adopted)
 *     +---- hung, adopt threw -+  +------------+
 * </pre>
 *
 * A second plug-in for a taken seat waits in line; it takes the seat when the seat is gone, or when its bundle takes over ({@link Takeover}),
 * never by arriving. During a takeover requests are held here.
 *
 * <p>Thread-safe. The monitor guards the state only and is never held during a call; a call to a plug-in that sits there does not take it.
 *
 * @param <P> the plug-in's interface
 */
public final class Seat<P extends Plugin> {

    /** Time limits of a seat, in nanoseconds. */
    public record Limits(long callNanos, long graceNanos, long drainNanos) {
    }

    /** A call into the plug-in. */
    @FunctionalInterface
    public interface Call<P, R> {
        /**
         * Runs it.
         *
         * @param plugin the occupant's service
         * @return the plug-in's answer
         * @throws Exception any
         */
        R into(P plugin) throws Exception;
    }

    /** So often a call may make way; a plug-in that does so with nobody to make way for does not keep its caller. */
    private static final int MOST_TRIES = 100;

    private final SeatKind kind;
    private final String name;
    private final Class<P> type;
    private final Calls calls;
    private final Guard guard;
    private final Limits limits;
    private final Holdings holdings;
    private final Consumer<P> greet;
    private final Consumer<String> report;
    private final ArrayDeque<Occupant<P>> waiting = new ArrayDeque<>();
    private final List<Consumer<P>> missed = new ArrayList<>();
    /** Written under the monitor. */
    private volatile Occupant<P> occupant;
    private Optional<Occupant<P>> adopting = Optional.empty();
    private Optional<Handover<P>> handover = Optional.empty();
    private boolean hung;
    private long awaySince;
    private boolean wasTaken;
    private String lastPid = "";
    private String lastBundle = "";
    private String reason;

    Seat(SeatKind kind, String name, Class<P> type, Calls calls, Limits limits, Holdings holdings, Consumer<P> greet, Consumer<String> report) {
        this.kind = kind;
        this.name = name;
        this.type = type;
        this.calls = calls;
        this.limits = limits;
        this.guard = new Guard(kind, name, calls, limits.callNanos());
        this.holdings = holdings;
        this.greet = greet;
        this.report = report;
        reason = "no " + kind.word() + " is installed for it";
    }

    /**
     * Its kind.
     *
     * @return the kind
     */
    public SeatKind kind() {
        return kind;
    }

    /**
     * The region, address space, device or exporter.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    /**
     * Who sits there.
     *
     * @return empty unless seated
     */
    public Optional<Occupant<P>> occupant() {
        return Optional.ofNullable(occupant);
    }

    Limits limits() {
        return limits;
    }

    Calls calls() {
        return calls;
    }

    /**
     * Whether somebody is there.
     *
     * @return the state at this moment
     */
    public synchronized SeatState state() {
        if (occupant != null) {
            return SeatState.SEATED;
        }
        return wasTaken && !hung && System.nanoTime() - awaySince < limits.graceNanos ? SeatState.AWAY : SeatState.GONE;
    }

    /**
     * The plug-in that sits there, or sat there last.
     *
     * @return its {@code service.pid}; empty when nobody did
     */
    public synchronized String lastPid() {
        return lastPid;
    }

    /**
     * The bundle of the plug-in that sits there, or sat there last.
     *
     * @return name and version; empty when nobody did
     */
    public synchronized String lastBundle() {
        return lastBundle;
    }

    /**
     * Why nobody is there.
     *
     * @return empty when somebody is
     */
    public synchronized String reason() {
        return occupant != null ? "" : reason;
    }

    /**
     * Whether the occupant also offers an application interface.
     *
     * @param api the interface
     * @return true when it does
     */
    public synchronized boolean offers(Class<?> api) {
        return occupant != null && api.isInstance(occupant.service());
    }

    /** A plug-in came. It takes the seat if that is free or if it is the seat's own plug-in coming back; else it waits. */
    void sit(Occupant<P> comer) {
        synchronized (this) {
            boolean free = isEmpty() && (state() == SeatState.GONE || comer.pid().equals(lastPid));
            if (!free) {
                waiting.add(comer);
                return;
            }
            adopting = Optional.of(comer);
        }
        adopt(comer);
    }

    /** Whether somebody sat here and will not come back within the grace time. */
    synchronized boolean isLeft() {
        return wasTaken && isEmpty() && state() == SeatState.GONE;
    }

    private boolean isEmpty() {
        return occupant == null && adopting.isEmpty() && handover.isEmpty();
    }

    private void adopt(Occupant<P> comer) {
        Live snapshot;
        synchronized (this) {
            // In one step with the flag: what is released from here on is told to the newcomer before its first call.
            missed.clear();
            snapshot = holdings.live();
        }
        Outcome<Outcome.Done> taken = guarded(comer, "adopt", p -> {
            p.adopt(snapshot);
            greet.accept(p);
            return Outcome.Done.DONE;
        });
        while (true) {
            List<Consumer<P>> late;
            synchronized (this) {
                late = List.copyOf(missed);
                missed.clear();
                if (late.isEmpty() || !taken.isOk()) {
                    seatOrNot(comer, taken.why());
                    break;
                }
            }
            taken = guarded(comer, "released", p -> {
                late.forEach(l -> l.accept(p));
                return Outcome.Done.DONE;
            });
        }
        if (!taken.isOk() || comer.leaving()) {
            nextInLine();
        }
    }

    /** Ends an adoption. The monitor is held. */
    private void seatOrNot(Occupant<P> comer, Optional<Refusal> refused) {
        adopting = Optional.empty();
        if (comer.leaving()) {
            reason = "its service went while it adopted: " + comer;
        } else if (refused.isEmpty()) {
            occupant = comer;
            hung = false;
            wasTaken = true;
            lastPid = comer.pid();
            lastBundle = comer.bundle();
        } else {
            comer.retire(); // whoever remembers it would keep its class loader
            reason = "adopt of " + comer + " failed: " + refused.get().found();
        }
        notifyAll();
    }

    /**
     * Gives something back to the ledger and tells the plug-in, in one step as seen from the plug-in's other calls; while nobody is
     * there, only the ledger. Waits during a takeover, never for a plug-in to come.
     *
     * @param ledger gives back; must not call a plug-in
     * @param tell tells the plug-in
     */
    public void giveBack(Runnable ledger, Consumer<P> tell) {
        // A caller that is interrupted gives back all the same: the interrupt is no reason to keep memory, nor the plug-in's fault.
        boolean interrupted = false;
        try {
            while (!gaveBack(ledger, tell)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One attempt; false when the thread was interrupted, or somebody else sits there by now. */
    private boolean gaveBack(Runnable ledger, Consumer<P> tell) {
        Way<P> way;
        synchronized (this) {
            try {
                way = whoeverIsThere(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            if (way.to() == null) {
                if (adopting.isPresent()) {
                    missed.add(tell);
                }
                ledger.run();
                return true;
            }
        }
        int slot = way.in(calls);
        if (slot == Calls.NONE) {
            return false;
        }
        boolean[] given = new boolean[1];
        Outcome<Outcome.Done> told = guard.inside(way.to(), slot, way.nested(), "released", p -> {
            ledger.run();
            given[0] = true;
            tell.accept(p);
            return Outcome.Done.DONE;
        });
        if (!given[0] && told.why().filter(why -> why.errno() == Errno.EINTR).isEmpty() && !Guard.isTurnedAway(told)) {
            // A plug-in whose other call does not end must not keep memory from being given back.
            unseat(way.to(), way.to() + " does not let calls in");
        }
        return given[0];
    }

    /** The plug-in's service went. Waits, bounded, for the calls in flight. */
    void leave(long serviceId) {
        Occupant<P> going;
        synchronized (this) {
            waiting.stream().filter(o -> o.serviceId() == serviceId).forEach(Occupant::retire);
            waiting.removeIf(o -> o.serviceId() == serviceId);
            // A plug-in may go in the middle of its own adoption; then it must not be seated at the end of it.
            adopting.filter(o -> o.serviceId() == serviceId).ifPresent(Occupant::retire);
            handover.map(Handover::to).filter(o -> o.serviceId() == serviceId).ifPresent(Occupant::retire);
            if (occupant == null || occupant.serviceId() != serviceId) {
                return;
            }
            going = occupant;
            occupant = null;
            awaySince = System.nanoTime();
            reason = "its service went: " + going;
        }
        going.retire();
        if (!drained(going)) {
            synchronized (this) {
                reason = "its service went with calls still in flight: " + going;
            }
        }
        nextInLine();
    }

    private boolean drained(Occupant<P> going) {
        try {
            return calls.drain(n -> n == going.number(), limits.drainNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Lets the next plug-in in line sit, when the seat is free for it. Called when the grace time may be over, too. */
    public void nextInLine() {
        Occupant<P> next = null;
        synchronized (this) {
            if (isEmpty()) {
                for (Occupant<P> o : waiting) {
                    if (next == null && (state() == SeatState.GONE || o.pid().equals(lastPid))) {
                        next = o;
                    }
                }
                if (next != null) {
                    waiting.remove(next);
                    adopting = Optional.of(next);
                }
            }
        }
        if (next != null) {
            adopt(next);
        }
    }

    // A takeover: see Takeover for the order of steps.

    /**
     * How many requests wait here for the end of a takeover.
     *
     * @return empty while nobody takes over
     */
    public synchronized OptionalInt held() {
        return handover.isPresent() ? OptionalInt.of(handover.get().requests()) : OptionalInt.empty();
    }

    /** Whether a plug-in of that bundle sits there. */
    boolean isOf(long bundleId) {
        Occupant<P> o = occupant;
        return o != null && o.bundleId() == bundleId;
    }

    /** Who of that bundle waits in line. */
    synchronized Optional<Occupant<P>> inLine(long bundleId) {
        return waiting.stream().filter(o -> o.bundleId() == bundleId && !o.leaving()).findFirst();
    }

    /** From here on the seat is the takeover's; empty when somebody else came first. */
    synchronized Optional<Handover<P>> handOver(long from, long to, Takeover takeover) {
        Optional<Occupant<P>> next = inLine(to);
        if (!isOf(from) || next.isEmpty() || handover.isPresent()) {
            return Optional.empty();
        }
        waiting.remove(next.get());
        handover = Optional.of(new Handover<>(this, occupant, next.get(), takeover));
        return handover;
    }

    /** The calls in flight have ended; from here on none goes along with them. */
    synchronized void drained(Handover<P> h) {
        h.endDrain();
    }

    /** What the ledger has for it. */
    Holdings holdings() {
        return holdings;
    }

    void greet(P plugin) {
        greet.accept(plugin);
    }

    /**
     * The successor sits there, and whoever was held goes to it.
     *
     * @return when they were let go, by {@link System#nanoTime}
     */
    synchronized long seat(Handover<P> h) {
        Occupant<P> comer = h.to();
        h.from().retire();
        comer.follow(Optional.empty());
        hung = false;
        wasTaken = true;
        lastPid = comer.pid();
        lastBundle = comer.bundle();
        if (comer.leaving()) { // it went in the last moment, as if it had gone just after
            occupant = null;
            awaySince = System.nanoTime();
            reason = "its service went: " + comer;
        } else {
            occupant = comer;
        }
        handover = Optional.empty();
        notifyAll();
        return System.nanoTime();
    }

    /** The takeover is off; whoever sat there still does, unless it went meanwhile. */
    void keep(Handover<P> h) {
        synchronized (this) {
            if (!h.to().leaving()) {
                waiting.addFirst(h.to());
            }
            if (occupant == h.from()) {
                h.from().reopen();
            }
            handover = Optional.empty();
            notifyAll();
        }
        nextInLine();
    }

    /**
     * Those who would take the seat if it were free.
     *
     * @return names
     */
    public synchronized List<String> line() {
        return new ArrayList<>(waiting).stream().map(Occupant::toString).toList();
    }

    /**
     * Calls the plug-in; waits up to the grace time while it is away, and while another takes over.
     *
     * @param <R> type of the answer
     * @param operation for messages
     * @param call the call; made again when the plug-in made way for a successor
     * @return its answer; refused with EAGAIN or ENODEV when nobody is there, EPROTO when it threw or answered null, ETIMEDOUT when
     *         it was interrupted at the limit, EINTR when the calling thread was
     */
    public <R> Outcome<R> call(String operation, Call<P, R> call) {
        return call(operation, call, true, false);
    }

    /**
     * Calls the plug-in if it is there, without waiting for one that is away.
     *
     * @param <R> type of the answer
     * @param operation for messages
     * @param call the call
     * @return as {@link #call}
     */
    public <R> Outcome<R> callIfThere(String operation, Call<P, R> call) {
        return call(operation, call, false, false);
    }

    /**
     * Calls the plug-in, also while another takes over and the calls in flight are waited for: one of them may wait for this call.
     *
     * @param <R> type of the answer
     * @param operation for messages
     * @param call the call
     * @return as {@link #call}
     */
    public <R> Outcome<R> callAlong(String operation, Call<P, R> call) {
        return call(operation, call, true, true);
    }

    private <R> Outcome<R> call(String operation, Call<P, R> call, boolean patient, boolean along) {
        Occupant<P> o = occupant;
        int slot = o == null ? Calls.NONE : calls.enter(o);
        boolean nested = false;
        for (int tries = 0;; tries++) {
            if (slot != Calls.NONE) {
                Outcome<R> answer = guard.inside(o, slot, nested, operation, call);
                if (tries == MOST_TRIES || !Guard.isToBeMadeAgain(answer)) {
                    return answer;
                }
            }
            Way<P> way;
            synchronized (this) {
                try {
                    way = admit(patient, along);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Outcome.no(guard.interrupted(operation));
                }
            }
            if (way.to() == null) {
                return Outcome.no(vacant());
            }
            o = way.to();
            slot = way.in(calls);
            nested = way.nested();
        }
    }

    /**
     * Where a call may go.
     *
     * @param to whom; null when nobody is there
     * @param slot of a call that takes part in what the takeover waits for; it is in already
     */
    private record Way<P extends Plugin>(Occupant<P> to, int slot) {
        boolean nested() {
            return slot != Calls.NONE;
        }

        int in(Calls calls) {
            return slot != Calls.NONE ? slot : calls.enter(to);
        }
    }

    /** Waits as long as it makes sense for somebody to call. The monitor is held. */
    private Way<P> admit(boolean patient, boolean along) throws InterruptedException {
        Way<P> way = whoeverIsThere(along);
        long start = System.nanoTime();
        while (way.to() == null && (adopting.isPresent() || patient && state() == SeatState.AWAY)) {
            long left = limits.graceNanos - (System.nanoTime() - start);
            if (left <= 0) {
                break;
            }
            wait(Math.max(1, left / 1_000_000));
            way = whoeverIsThere(along);
        }
        return way;
    }

    /**
     * Waits for the end of a takeover, which is bounded by itself. Goes along with the calls that it waits for when the thread is in one of
     * them, or when one of them may wait for this one. The monitor is held.
     */
    private Way<P> whoeverIsThere(boolean along) throws InterruptedException {
        boolean counted = false;
        while (handover.isPresent()) {
            Handover<P> h = handover.get();
            if (h.draining() && (along || h.takeover().isInside())) {
                return new Way<>(h.from(), calls.enterNested(h.from()));
            }
            if (!counted) {
                counted = true;
                h.held();
            }
            wait();
        }
        return new Way<>(occupant, Calls.NONE);
    }

    /** Brings the occupant's books up to date after it broke its contract. One that takes over meanwhile has done that. */
    public void adoptAgain() {
        Optional<Occupant<P>> broken = occupant();
        broken.ifPresent(o -> {
            Outcome<Outcome.Done> adopted = callIfThere("adopt", p -> {
                if (p == o.service()) {
                    p.adopt(holdings.live());
                }
                return Outcome.Done.DONE;
            });
            adopted.why().ifPresent(why -> unseat(o, "adopt of " + o + " failed: " + why.found()));
        });
    }

    /**
     * Why a call cannot be made now.
     *
     * @return EAGAIN while the plug-in may come back, else ENODEV
     */
    public Refusal vacant() {
        SeatState now = state();
        String who = lastPid().isEmpty() ? "" : "; " + lastPid() + " sat there";
        return Refusal.of(now == SeatState.GONE ? Errno.ENODEV : Errno.EAGAIN, kind.word() + " of " + name,
                "nobody in the seat (" + now.toString().toLowerCase(Locale.ROOT) + ": " + late() + reason() + who + ")", "a plug-in of kind " + kind.word())
                .fixedBy(lastBundle().isEmpty() ? "install a bundle with a plug-in for " + name : "start=" + lastBundle().split(" ")[0]);
    }

    private synchronized String late() {
        boolean over = occupant == null && wasTaken && !hung && state() == SeatState.GONE;
        return over ? "away longer than the grace time of " + limits.graceNanos / 1_000_000 + " ms; " : "";
    }

    /** A call into a plug-in that need not sit here yet. */
    <R> Outcome<R> guarded(Occupant<P> o, String operation, Call<P, R> call) {
        int slot = calls.enter(o);
        return slot == Calls.NONE ? Outcome.no(vacant()) : guard.inside(o, slot, false, operation, call);
    }

    void unseat(Occupant<?> o, String why) {
        boolean sat;
        synchronized (this) {
            sat = occupant == o;
            if (sat) {
                occupant = null;
                o.retire();
                hung = true;
                reason = why;
            }
            notifyAll();
        }
        if (sat) {
            report.accept(kind.word() + " of " + name + ": " + why + "; it loses the seat");
        }
        nextInLine();
    }

    /**
     * Looks into an outcome that a plug-in made, while the call still is the plug-in's: a value of another type, smuggled past the
     * compiler, fails here and not where it is used.
     *
     * @param <T> type of the value
     * @param outcome the plug-in's answer; null passes, and is refused by {@link #call}
     * @param type class of the value
     * @return the outcome
     */
    public static <T> Outcome<T> typed(Outcome<T> outcome, Class<T> type) {
        if (outcome instanceof Outcome.Ok<?>(Object value)) {
            type.cast(value);
        }
        return outcome;
    }

    Class<P> type() {
        return type;
    }
}
