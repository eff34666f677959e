package sharebuf.buffer;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import sharebuf.device.LettingGo;
import sharebuf.device.UseId;

/**
 * What it would take to give a set memory that suits one more use, as far as can be said before it is done.
 *
 * <p>Immutable.
 *
 * @param use who would join
 * @param bytes how many bytes would be copied, those of all objects of all buffers; 0 when the memory suits as it is
 * @param bytesPerSecond how fast this process copies, measured: its last moves, or, before the first one, a copy made for this plan
 * @param estimate how long the copy would take at that speed. Waiting for jobs that run comes before it and stops nobody else
 * @param quiesced who would be told to let go, and how; in order of joining
 * @param objects what would lie where; empty when nothing would be moved
 */
public record MovePlan(UseId use, long bytes, long bytesPerSecond, Duration estimate, List<Quiesced> quiesced, List<Moved> objects) {
    /** Checks and copies. */
    public MovePlan {
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(estimate, "estimate");
        quiesced = List.copyOf(quiesced);
        objects = List.copyOf(objects);
        if (bytes < 0 || bytesPerSecond < 0 || bytes > 0 && (bytesPerSecond == 0 || objects.isEmpty())) {
            throw new IllegalArgumentException("a move of " + bytes + " bytes in " + objects.size() + " objects at " + bytesPerSecond
                    + " bytes a second");
        }
    }

    /**
     * Somebody who lets go of the buffers for the time of the copy.
     *
     * @param use who
     * @param how its way
     */
    public record Quiesced(UseId use, LettingGo how) {
    }

    /**
     * An object that would lie elsewhere.
     *
     * @param object the object
     * @param size its bytes
     * @param fromAllocator who chose the memory that it has
     * @param fromRegion where that is
     * @param toAllocator who would choose the new memory
     * @param toRegion where that is
     * @param why what of the memory it has does not suit; empty when it moves because its set moves as a whole
     */
    public record Moved(ObjectId object, long size, String fromAllocator, String fromRegion, String toAllocator, String toRegion, String why) {
    }

    /**
     * The memory suits as it is.
     *
     * @param use who would join
     * @return a plan that moves nothing
     */
    public static MovePlan nothing(UseId use) {
        return new MovePlan(use, 0, 0, Duration.ZERO, List.of(), List.of());
    }

    /**
     * Whether anything would be moved.
     *
     * @return false when the use can be attached as it is
     */
    public boolean moves() {
        return bytes > 0;
    }

    /**
     * The plan in one line.
     *
     * @return for people
     */
    public String message() {
        if (!moves()) {
            return "nothing moves for " + use + ": the memory suits it";
        }
        List<String> ways = objects.stream().map(o -> o.fromRegion() + " (" + o.fromAllocator() + ") to " + o.toRegion() + " (" + o.toAllocator() + ")")
                .distinct().toList();
        List<String> reasons = objects.stream().map(Moved::why).filter(w -> !w.isEmpty()).distinct().limit(1).toList();
        long buffers = objects.stream().map(o -> o.object().buffer()).distinct().count();
        return String.format(Locale.ROOT, "%d bytes of %d buffers move from %s for %s, in about %.1f ms at %.1f GB/s%s%s", bytes, buffers,
                String.join(", ", ways), use, estimate.toNanos() / 1e6, bytesPerSecond / 1e9,
                quiesced.isEmpty() ? "" : "; let go: " + String.join(", ", quiesced.stream().map(q -> q.use() + " " + way(q.how())).toList()),
                reasons.isEmpty() ? "" : "; because " + reasons.getFirst());
    }

    private static String way(LettingGo how) {
        return switch (how) {
            case BETWEEN_JOBS -> "between two jobs";
            case FLIP -> "by a flip";
            case DRAIN -> "after draining";
            case NEVER -> "never";
        };
    }
}
