package sharebuf.broker;

import java.util.concurrent.TimeUnit;
import sharebuf.broker.seat.Seat;

/**
 * How long the broker waits.
 *
 * @param seats for plug-ins
 * @param fenceNanos for a job to end before its buffer is unmapped or freed
 */
record BrokerLimits(Seat.Limits seats, long fenceNanos) {
    static BrokerLimits of(long callMillis, long graceMillis, long drainMillis, long fenceMillis) {
        return new BrokerLimits(new Seat.Limits(nanos("callMillis", callMillis), nanos("graceMillis", graceMillis), nanos("drainMillis", drainMillis)),
                nanos("fenceMillis", fenceMillis));
    }

    /** How long somebody waits for a move: for the jobs that it waits for, and for the plug-ins that it calls. */
    long moveNanos() {
        return fenceNanos + 2 * seats.callNanos();
    }

    private static long nanos(String key, long millis) {
        if (millis < 1 || millis > 600_000) {
            throw new IllegalArgumentException("sharebuf.broker: " + key + " " + millis + ": from 1 to 600000 ms");
        }
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
