package sharebuf.broker.seat;

import sharebuf.plugin.Plugin;

/**
 * A seat between two plug-ins: a part of a {@link Takeover}.
 *
 * <p>Immutable but for the count, the phase and the time, which the seat's monitor guards.
 *
 * @param <P> the plug-in's interface
 */
final class Handover<P extends Plugin> {
    private final Seat<P> seat;
    private final Occupant<P> from;
    private final Occupant<P> to;
    private final Takeover takeover;
    private int requests;
    private boolean draining = true;
    private long openedNanos;

    Handover(Seat<P> seat, Occupant<P> from, Occupant<P> to, Takeover takeover) {
        this.seat = seat;
        this.from = from;
        this.to = to;
        this.takeover = takeover;
    }

    Seat<P> seat() {
        return seat;
    }

    Occupant<P> from() {
        return from;
    }

    Occupant<P> to() {
        return to;
    }

    Takeover takeover() {
        return takeover;
    }

    /** A request came and waits. */
    void held() {
        requests++;
    }

    int requests() {
        synchronized (seat) {
            return requests;
        }
    }

    boolean draining() {
        return draining;
    }

    void endDrain() {
        draining = false;
    }

    /** Requests are let go from here on. */
    void opened() {
        openedNanos = System.nanoTime();
    }

    /** When requests were let go, by {@link System#nanoTime}. */
    long openedNanos() {
        synchronized (seat) {
            return openedNanos;
        }
    }

    void seatDrained() {
        seat.drained(this);
    }

    void seatSuccessor() {
        seat.seat(this);
    }

    void keepPredecessor() {
        seat.keep(this);
    }
}
