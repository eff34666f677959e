package sharebuf.broker;

import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.HoldingKind;

/**
 * Where and when something was taken.
 *
 * <p>Immutable, but that the place is read later ({@link CallSite}).
 *
 * @param number tells things of one kind apart; 0 where nobody asks
 * @param at where
 * @param sinceNanos when
 */
record Taken(long number, CallSite at, long sinceNanos) {
    /** By whoever called into the broker, now. */
    static Taken now() {
        return new Taken(0, CallSite.here(), System.nanoTime());
    }

    /** Now, at a place that is known already. */
    static Taken at(String place) {
        return new Taken(0, CallSite.of(place), System.nanoTime());
    }

    Taken numbered(long own) {
        return new Taken(own, at, sinceNanos);
    }

    long ageMillis() {
        return (System.nanoTime() - sinceNanos) / 1_000_000;
    }

    Snapshot.Holding holding(HoldingKind kind, String what, SessionImpl session) {
        return new Snapshot.Holding(kind, what, session.name(), session.bundle(), at.toString(), ageMillis());
    }
}
