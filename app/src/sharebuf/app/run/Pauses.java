package sharebuf.app.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sharebuf.buffer.MoveReport;

/**
 * How long frames stayed away when buffers moved. A pause is the longest time between two frames that were handed to the readers one after the
 * other, among those times that lie, wholly or in part, between the moment when writers were held back and the second frame after they could go
 * on. Without a move that is the time from frame to frame.
 *
 * <p>Thread-safe.
 */
final class Pauses {
    private static final double MILLIS = 1e6;
    private static final int NANOS_PER_MICRO = 1000;

    private long[] frames = new long[1024];
    private int count;
    private final List<MoveReport> moves = new ArrayList<>();

    /** A frame is handed out. */
    synchronized void frame(long nanos) {
        if (count == frames.length) {
            frames = Arrays.copyOf(frames, 2 * count);
        }
        frames[count++] = nanos;
    }

    /** Buffers moved. */
    synchronized void moved(MoveReport report) {
        moves.add(report);
    }

    /** A move for people. */
    static String told(MoveReport m) {
        return String.format(Locale.ROOT, "%d bytes moved, copied in %.1f ms, writers held back for %.1f ms", m.bytes(), m.copy().toNanos() / MILLIS, m.held().toNanos() / MILLIS);
    }

    synchronized boolean any() {
        return !moves.isEmpty();
    }

    /** The pauses for people; to be asked when the frames are over. */
    synchronized String text() {
        long[] all = pauses();
        return String.format(Locale.ROOT, "pause: %.1f ms at most, in %d %s; %.1f ms from frame to frame otherwise, %.1f ms to copy", all[all.length - 1] / MILLIS,
                all.length, all.length == 1 ? "move" : "moves", usual() / MILLIS, copied() / MILLIS);
    }

    /** Zeros when nothing moved. */
    synchronized Map<String, Object> json() {
        long[] all = pauses();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("p50Micros", at(all, 0.5) / NANOS_PER_MICRO);
        map.put("p99Micros", at(all, 0.99) / NANOS_PER_MICRO);
        map.put("maxMicros", at(all, 1) / NANOS_PER_MICRO);
        map.put("copyMicros", copied() / NANOS_PER_MICRO);
        map.put("frameMicros", moves.isEmpty() ? 0 : usual() / NANOS_PER_MICRO);
        return map;
    }

    private static long at(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))];
    }

    /** The longest copy. */
    private long copied() {
        return moves.stream().mapToLong(m -> m.copy().toNanos()).max().orElse(0);
    }

    /** The median of all times from frame to frame. */
    private long usual() {
        long[] gaps = new long[Math.max(0, count - 1)];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = frames[i + 1] - frames[i];
        }
        Arrays.sort(gaps);
        return at(gaps, 0.5);
    }

    /** One a move, sorted. */
    private long[] pauses() {
        return moves.stream().mapToLong(this::pause).sorted().toArray();
    }

    private long pause(MoveReport m) {
        long longest = 0;
        boolean behind = false;
        for (int i = 1; i < count && !behind; i++) {
            if (frames[i] - (m.endedNanos() - m.held().toNanos()) >= 0) {
                longest = Math.max(longest, frames[i] - frames[i - 1]);
                behind = frames[i - 1] - m.endedNanos() >= 0;
            }
        }
        return longest;
    }
}
