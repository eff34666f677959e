package sharebuf.broker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How fast this process copies: the mean of its last moves. As long as there was none, a trial on memory of its own says it.
 *
 * <p>Thread-safe.
 */
final class Bandwidth {
    private static final int REMEMBERED = 8;
    private static final long TRIAL_BYTES = 32 << 20; // more than caches hold
    private static final int TRIALS = 2;
    private static final double NANOS = 1e9;

    private final long[] bytes = new long[REMEMBERED];
    private final long[] nanos = new long[REMEMBERED];
    private int next;
    private double trial;

    /** A move copied so much in that time. */
    synchronized void remember(long size, long took) {
        bytes[next] = size;
        nanos[next] = Math.max(1, took);
        next = (next + 1) % REMEMBERED;
    }

    /** At least 1. */
    synchronized long bytesPerSecond() {
        long sum = 0;
        long time = 0;
        for (int i = 0; i < REMEMBERED; i++) {
            sum += bytes[i];
            time += nanos[i];
        }
        if (sum == 0 && trial == 0) {
            trial = tried();
        }
        return Math.max(1, (long) (sum == 0 ? trial : sum * NANOS / time));
    }

    /** Of memory that is touched already, as that of a move is. */
    private static double tried() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(TRIAL_BYTES).fill((byte) 1);
            MemorySegment to = arena.allocate(TRIAL_BYTES).fill((byte) 2);
            long begun = System.nanoTime();
            for (int i = 0; i < TRIALS; i++) {
                to.copyFrom(from);
            }
            return TRIALS * TRIAL_BYTES * NANOS / Math.max(1, System.nanoTime() - begun);
        }
    }
}
