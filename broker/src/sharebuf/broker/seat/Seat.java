package sharebuf.broker.seat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
 * A second plug-in for a taken seat waits in line; it takes the seat when the seat is gone, never by arriving.
 *
 * <p>Thread-safe. The monitor guards the state only and is never held during a call.
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

    private final SeatKind kind;
    private final String name;
    private final Class<P> type;
    private final Watchdog watchdog;
    private final Limits limits;
    private final Supplier<Live> live;
    private final Consumer<P> greet;
    private final ArrayDeque<Occupant<P>> waiting = new ArrayDeque<>();
    private final List<Consumer<P>> missed = new ArrayList<>();
    private Occupant<P> occupant;
    private Optional<Occupant<P>> adopting = Optional.empty();
    private boolean hung;
    private long awaySince;
    private boolean wasTaken;
    private String lastPid = "";
    private String lastBundle = "";
    private String reason;

    Seat(SeatKind kind, String name, Class<P> type, Watchdog watchdog, Limits limits, Supplier<Live> live, Consumer<P> greet) {
        this.kind = kind;
        this.name = name;
        this.type = type;
        this.watchdog = watchdog;
        this.limits = limits;
        this.live = live;
        this.greet = greet;
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
    public synchronized Optional<Occupant<P>> occupant() {
        return Optional.ofNullable(occupant);
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
            boolean free = occupant == null && adopting.isEmpty() && (state() == SeatState.GONE || comer.pid().equals(lastPid));
            if (!free) {
                waiting.add(comer);
                return;
            }
            adopting = Optional.of(comer);
        }
        adopt(comer);
    }

    private void adopt(Occupant<P> comer) {
        Live snapshot;
        synchronized (this) {
            // In one step with the flag: what is released from here on is told to the newcomer before its first call.
            missed.clear();
            snapshot = live.get();
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
            reason = "adopt of " + comer + " failed: " + refused.get().found();
        }
        notifyAll();
    }

    /**
     * Gives something back to the ledger and tells the plug-in, in one step as seen from the plug-in's other calls; while nobody is
     * there, only the ledger. Never waits for a plug-in to come.
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

    private boolean gaveBack(Runnable ledger, Consumer<P> tell) {
        while (true) {
            Occupant<P> o;
            synchronized (this) {
                o = occupant;
                if (o == null) {
                    if (adopting.isPresent()) {
                        missed.add(tell);
                    }
                    ledger.run();
                    return true;
                }
            }
            boolean[] given = new boolean[1];
            Outcome<Outcome.Done> told = guarded(o, "released", p -> {
                ledger.run();
                given[0] = true;
                tell.accept(p);
                return Outcome.Done.DONE;
            });
            if (given[0]) {
                return true;
            }
            if (told.why().filter(why -> why.errno() == Errno.EINTR).isPresent()) {
                return false;
            }
            unseatIfStuck(o);
        }
    }

    /** A plug-in whose other call does not end must not keep memory from being given back. */
    private void unseatIfStuck(Occupant<P> o) {
        synchronized (this) {
            if (occupant != o) {
                return;
            }
        }
        unseat(o, o + " does not let calls in");
    }

    /** The plug-in's service went. Waits, bounded, for the calls in flight. */
    void leave(long serviceId) {
        Occupant<P> going;
        synchronized (this) {
            waiting.removeIf(o -> o.serviceId() == serviceId);
            // A plug-in may go in the middle of its own adoption; then it must not be seated at the end of it.
            adopting.filter(o -> o.serviceId() == serviceId).ifPresent(Occupant::markLeaving);
            if (occupant == null || occupant.serviceId() != serviceId) {
                return;
            }
            going = occupant;
            occupant = null;
            awaySince = System.nanoTime();
            reason = "its service went: " + going;
        }
        if (!going.drain(limits.drainNanos)) {
            synchronized (this) {
                reason = "its service went with calls still in flight: " + going;
            }
        }
        nextInLine();
    }

    /** Lets the next plug-in in line sit, when the seat is free for it. Called when the grace time may be over, too. */
    public void nextInLine() {
        Occupant<P> next = null;
        synchronized (this) {
            if (occupant == null && adopting.isEmpty()) {
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

    /**
     * Those who would take the seat if it were free.
     *
     * @return names
     */
    public synchronized List<String> line() {
        return new ArrayList<>(waiting).stream().map(Occupant::toString).toList();
    }

    /**
     * Calls the plug-in; waits up to the grace time while it is away.
     *
     * @param <R> type of the answer
     * @param operation for messages
     * @param call the call
     * @return its answer; refused with EAGAIN or ENODEV when nobody is there, EPROTO when it threw or answered null, ETIMEDOUT when
     *         it was interrupted at the limit
     */
    public <R> Outcome<R> call(String operation, Call<P, R> call) {
        Occupant<P> o = await();
        return o == null ? Outcome.no(vacant()) : guarded(o, operation, call);
    }

    /**
     * Calls the plug-in if it is there, without waiting.
     *
     * @param <R> type of the answer
     * @param operation for messages
     * @param call the call
     * @return as {@link #call}
     */
    public <R> Outcome<R> callIfThere(String operation, Call<P, R> call) {
        Optional<Occupant<P>> o = occupant();
        return o.isEmpty() ? Outcome.no(vacant()) : guarded(o.get(), operation, call);
    }

    /** Brings the occupant's books up to date after it broke its contract. */
    public void adoptAgain() {
        occupant().ifPresent(o -> guarded(o, "adopt", p -> {
            p.adopt(live.get());
            return Outcome.Done.DONE;
        }).why().ifPresent(why -> unseat(o, "adopt of " + o + " failed: " + why.found())));
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

    private synchronized Occupant<P> await() {
        long end = System.nanoTime() + limits.graceNanos;
        while (occupant == null && (adopting.isPresent() || state() == SeatState.AWAY)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            try {
                wait(Math.max(1, left / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return occupant;
    }

    private <R> Outcome<R> guarded(Occupant<P> o, String operation, Call<P, R> call) {
        if (!o.enter()) {
            return Outcome.no(vacant());
        }
        try {
            if (kind.oneAtATime()) {
                if (!o.takeTurn(limits.callNanos)) {
                    return Outcome.no(Refusal.of(Errno.EAGAIN, kind.word() + " of " + name + " " + operation, "another call in " + o + " still runs",
                            "an end within " + limits.callNanos / 1_000_000 + " ms"));
                }
                try {
                    return watched(o, operation, call);
                } finally {
                    o.endTurn();
                }
            }
            return watched(o, operation, call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.no(Refusal.of(Errno.EINTR, kind.word() + " of " + name + " " + operation, "the calling thread was interrupted", "no interrupt"));
        } finally {
            o.leave();
        }
    }

    private <R> Outcome<R> watched(Occupant<P> o, String operation, Call<P, R> call) {
        Watchdog.Call watch = watchdog.begin(limits.callNanos, () -> unseat(o, o + " hung in " + operation));
        R answer = null;
        Thrown thrown = null;
        boolean late;
        try {
            answer = call.into(o.service());
        } catch (Throwable t) {
            thrown = Thrown.of(t);
        } finally {
            late = watchdog.end(watch);
        }
        if (thrown != null) {
            return Outcome.no(thrown.refusal(late ? Errno.ETIMEDOUT : Errno.EPROTO, o.toString(), operation));
        }
        if (answer == null) {
            return Outcome.no(Refusal.of(Errno.EPROTO, "plug-in " + o + " " + operation, "null", "a value"));
        }
        return Outcome.ok(answer);
    }

    private void unseat(Occupant<P> o, String why) {
        synchronized (this) {
            if (occupant == o) {
                occupant = null;
                hung = true;
                reason = why;
            }
            notifyAll();
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
