package sharebuf.broker.seat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import sharebuf.plugin.Plugin;

/**
 * A plug-in in a seat or in its line. The lock that keeps calls apart belongs to the occupant, so that a hung one does not lock out its
 * successor. Calls in flight are counted in {@link Calls}.
 *
 * <p>Thread-safe.
 *
 * @param <P> the plug-in's interface
 */
public final class Occupant<P extends Plugin> {
    /**
     * What identifies a plug-in's service.
     *
     * @param serviceId its {@code service.id}
     * @param pid its {@code service.pid}
     * @param bundle symbolic name and version of its bundle
     * @param bundleId id of its bundle
     */
    public record Identity(long serviceId, String pid, String bundle, long bundleId) {
    }

    private final Seat<P> seat;
    private final long number;
    private final P service;
    private final Identity identity;
    private final TurnLock turn;
    private volatile boolean leaving;
    private volatile boolean retired;
    /** From its rehearsal until it is seated. */
    private volatile Optional<Holdings.Following> following = Optional.empty();

    /**
     * A plug-in that came.
     *
     * @param numbers gives it a number of its own
     */
    Occupant(Seat<P> seat, AtomicLong numbers, P service, Identity identity) {
        this.seat = seat;
        this.number = numbers.incrementAndGet();
        this.service = service;
        this.identity = identity;
        turn = new TurnLock(seat.calls().precedence());
    }

    P service() {
        return service;
    }

    /** Its number, above 0, that no other occupant of any seat has. */
    long number() {
        return number;
    }

    long serviceId() {
        return identity.serviceId();
    }

    long bundleId() {
        return identity.bundleId();
    }

    long callNanos() {
        return seat.limits().callNanos();
    }

    /**
     * The plug-in's identity.
     *
     * @return its {@code service.pid}
     */
    public String pid() {
        return identity.pid();
    }

    /**
     * The bundle it comes from.
     *
     * @return symbolic name and version
     */
    public String bundle() {
        return identity.bundle();
    }

    /** Lets no further call in. */
    void close() {
        leaving = true;
    }

    /** Lets calls in again. */
    void reopen() {
        leaving = false;
    }

    boolean leaving() {
        return leaving;
    }

    /** Its service is gone: when its last call has ended nobody needs to know it any more. */
    void retire() {
        leaving = true;
        retired = true;
        follow(Optional.empty());
    }

    /** What the ledger noted since it adopted as a rehearsal. */
    Optional<Holdings.Following> following() {
        return following;
    }

    /** It follows from here on, or no more. */
    synchronized void follow(Optional<Holdings.Following> next) {
        following.ifPresent(Holdings.Following::end);
        following = retired ? Optional.empty() : next;
        if (retired) {
            next.ifPresent(Holdings.Following::end);
        }
    }

    boolean retired() {
        return retired;
    }

    void hung(String where) {
        seat.unseat(this, this + " hung in " + where);
    }

    TurnLock turn() {
        return turn;
    }

    @Override
    public String toString() {
        return pid() + " of " + bundle();
    }
}
