package sharebuf.broker.seat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import sharebuf.plugin.Plugin;

/**
 * A plug-in in a seat, with the calls that are in flight into it. The lock that keeps calls apart belongs to the occupant, so that
 * a hung one does not lock out its successor.
 *
 * @param <P> the plug-in's interface
 */
public final class Occupant<P extends Plugin> {
    private final P service;
    private final long serviceId;
    private final String pid;
    private final String bundle;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition empty = gate.newCondition();
    private int inFlight;
    private boolean leaving;

    Occupant(P service, long serviceId, String pid, String bundle) {
        this.service = service;
        this.serviceId = serviceId;
        this.pid = pid;
        this.bundle = bundle;
    }

    P service() {
        return service;
    }

    long serviceId() {
        return serviceId;
    }

    /**
     * The plug-in's identity.
     *
     * @return its {@code service.pid}
     */
    public String pid() {
        return pid;
    }

    /**
     * The bundle it comes from.
     *
     * @return symbolic name and version
     */
    public String bundle() {
        return bundle;
    }

    /**
     * Counts a call in.
     *
     * @return false when the plug-in is leaving
     */
    boolean enter() {
        gate.lock();
        try {
            if (leaving) {
                return false;
            }
            inFlight++;
            return true;
        } finally {
            gate.unlock();
        }
    }

    void markLeaving() {
        gate.lock();
        leaving = true;
        gate.unlock();
    }

    boolean leaving() {
        gate.lock();
        try {
            return leaving;
        } finally {
            gate.unlock();
        }
    }

    void leave() {
        gate.lock();
        try {
            if (--inFlight == 0) {
                empty.signalAll();
            }
        } finally {
            gate.unlock();
        }
    }

    /**
     * Lets no further call in and waits for those in flight.
     *
     * @return false when some are still there at the limit
     */
    boolean drain(long limitNanos) {
        gate.lock();
        try {
            leaving = true;
            long left = limitNanos;
            while (inFlight > 0 && left > 0) {
                left = empty.awaitNanos(left);
            }
            return inFlight == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            gate.unlock();
        }
    }

    boolean takeTurn(long limitNanos) throws InterruptedException {
        return turn.tryLock(limitNanos, TimeUnit.NANOSECONDS);
    }

    void endTurn() {
        turn.unlock();
    }

    @Override
    public String toString() {
        return pid + " of " + bundle;
    }
}
