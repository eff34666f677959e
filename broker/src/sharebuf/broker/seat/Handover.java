package sharebuf.broker.seat;

import sharebuf.plugin.Plugin;

/**
 * A seat between two plug-ins: a part of a {@link Takeover}.
 *
 * <p>Immutable but for the count and the phase, which the seat's monitor guards.
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

    void seatDrained() {
        seat.drained(this);
    }

    /** As {@link Seat#seat}. */
    long seatSuccessor() {
        return seat.seat(this);
    }

    void keepPredecessor() {
        seat.keep(this);
    }
}
