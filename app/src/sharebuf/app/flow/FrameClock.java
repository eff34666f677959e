package sharebuf.app.flow;

import java.util.Arrays;
import sharebuf.buffer.MoveReport;

/**
 * When frames were handed to the readers.
 *
 * <p>Thread-safe.
 */
public final class FrameClock {
    private long[] frames = new long[1024];
    private int count;

    /**
     * A frame is handed out.
     *
     * @param nanos now, as {@link System#nanoTime} counts
     */
    public synchronized void frame(long nanos) {
        if (count == frames.length) {
            frames = Arrays.copyOf(frames, 2 * count);
        }
        frames[count++] = nanos;
    }

    /**
     * How long frames stayed away when buffers moved: the longest time between two frames one after the other, among those times that lie,
     * wholly or in part, between the moment when writers were held back and the second frame after they could go on. Without a move that is
     * the time from frame to frame. To be asked when those frames are there.
     *
     * @param move the move
     * @return in nanoseconds
     */
    public synchronized long pause(MoveReport move) {
        long begun = move.endedNanos() - move.held().toNanos();
        long longest = 0;
        boolean behind = false;
        for (int i = 1; i < count && !behind; i++) {
            if (frames[i] - begun >= 0) {
                longest = Math.max(longest, frames[i] - frames[i - 1]);
                behind = frames[i - 1] - move.endedNanos() >= 0;
            }
        }
        return longest;
    }

    /**
     * The same without a move: the longest time from frame to frame among some frames.
     *
     * @param first number of the first of them, counted from 0
     * @param behind number of the first behind them
     * @return in nanoseconds; 0 when there are fewer than two
     */
    public synchronized long longest(int first, int behind) {
        long longest = 0;
        for (int i = Math.max(0, first) + 1; i < Math.min(count, behind); i++) {
            longest = Math.max(longest, frames[i] - frames[i - 1]);
        }
        return longest;
    }

    /**
     * The usual time from frame to frame.
     *
     * @return the median, in nanoseconds; 0 before the second frame
     */
    public synchronized long period() {
        long[] gaps = new long[Math.max(0, count - 1)];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = frames[i + 1] - frames[i];
        }
        Arrays.sort(gaps);
        return gaps.length == 0 ? 0 : gaps[(gaps.length - 1) / 2];
    }
}
