package sharebuf.app.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sharebuf.app.flow.FrameClock;
import sharebuf.buffer.MoveReport;

/**
 * How long frames stayed away when buffers moved ({@link FrameClock#pause}).
 *
 * <p>Thread-safe.
 */
final class Pauses {
    private static final double MILLIS = 1e6;
    private static final int NANOS_PER_MICRO = 1000;

    private final FrameClock clock = new FrameClock();
    private final List<MoveReport> moves = new ArrayList<>();

    /** A frame is handed out. */
    void frame(long nanos) {
        clock.frame(nanos);
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

    /** The pauses for people; to be asked when the frames are over and there was a move. */
    synchronized String text() {
        long[] all = pauses();
        return String.format(Locale.ROOT, "pause: %.1f ms at most, in %d %s; %.1f ms from frame to frame otherwise, %.1f ms to copy", all[all.length - 1] / MILLIS,
                all.length, all.length == 1 ? "move" : "moves", clock.period() / MILLIS, copied() / MILLIS);
    }

    /** Zeros when nothing moved. */
    synchronized Map<String, Object> json() {
        long[] all = pauses();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("p50Micros", at(all, 0.5) / NANOS_PER_MICRO);
        map.put("p99Micros", at(all, 0.99) / NANOS_PER_MICRO);
        map.put("maxMicros", at(all, 1) / NANOS_PER_MICRO);
        map.put("copyMicros", copied() / NANOS_PER_MICRO);
        map.put("frameMicros", moves.isEmpty() ? 0 : clock.period() / NANOS_PER_MICRO);
        return map;
    }

    private static long at(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.max(0, Math.ceil(part * sorted.length) - 1)];
    }

    /** The longest copy. */
    private long copied() {
        return moves.stream().mapToLong(m -> m.copy().toNanos()).max().orElse(0);
    }

    /** One a move, sorted. */
    private long[] pauses() {
        return moves.stream().mapToLong(clock::pause).sorted().toArray();
    }
}
