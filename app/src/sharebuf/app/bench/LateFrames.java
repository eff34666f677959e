package sharebuf.app.bench;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts pictures that reach a screen late: more than one and a half times the period behind the one before.
 *
 * <p>{@link #shown} is one thread's; the counts are anybody's.
 */
final class LateFrames {
    private final long lateNanos;
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private long last;

    LateFrames(int fps) {
        lateNanos = 1_500_000_000L / fps;
    }

    /**
     * What was counted in a while.
     *
     * @param shown pictures
     * @param late those of them that were late
     */
    record Count(int shown, int late) {
        Count since(Count earlier) {
            return new Count(shown - earlier.shown, late - earlier.late);
        }

        Count plus(Count more) {
            return new Count(shown + more.shown, late + more.late);
        }

        @Override
        public String toString() {
            return shown + " frames, " + late + " late";
        }
    }

    /** A picture was read by the screen. */
    void shown() {
        long now = System.nanoTime();
        if (last != 0 && now - last > lateNanos) {
            late.incrementAndGet();
        }
        last = now;
        frames.incrementAndGet();
    }

    /** All of them up to now. */
    Count count() {
        return new Count(frames.get(), late.get());
    }
}
