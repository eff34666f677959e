package sharebuf.buffer;

import java.time.Duration;
import java.util.Objects;
import sharebuf.device.UseId;

/**
 * What a move of a set's buffers was.
 *
 * <p>Immutable.
 *
 * @param use for whom
 * @param bytes how many bytes were copied
 * @param copy how long the copy took
 * @param held how long jobs that write were held back: from the first that may have waited until all could begin again
 * @param endedNanos when that was, as {@link System#nanoTime} counts
 */
public record MoveReport(UseId use, long bytes, Duration copy, Duration held, long endedNanos) {
    /** Checks that all are there. */
    public MoveReport {
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(copy, "copy");
        Objects.requireNonNull(held, "held");
    }
}
