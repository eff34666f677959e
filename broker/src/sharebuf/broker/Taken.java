package sharebuf.broker;

import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.HoldingKind;

/**
 * Where and when something was taken.
 *
 * <p>Immutable. It keeps texts only: a frame of a stack would keep the caller's class loader.
 *
 * @param number tells things of one kind apart; 0 where nobody asks
 * @param at class, method and line
 * @param sinceNanos when
 */
record Taken(long number, String at, long sinceNanos) {
    Taken(String at, long sinceNanos) {
        this(0, at, sinceNanos);
    }

    /** By whoever called into the broker, now. */
    static Taken now() {
        return new Taken(Broker.caller(), System.nanoTime());
    }

    Taken numbered(long own) {
        return new Taken(own, at, sinceNanos);
    }

    long ageMillis() {
        return (System.nanoTime() - sinceNanos) / 1_000_000;
    }

    Snapshot.Holding holding(HoldingKind kind, String what, SessionImpl session) {
        return new Snapshot.Holding(kind, what, session.name(), session.bundle(), at, ageMillis());
    }
}
