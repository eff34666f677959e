package sharebuf.placing;

import java.util.List;
import sharebuf.device.DmaRange;
import sharebuf.memory.SegmentRule;

/**
 * Counts the segments into which a rule cuts memory, without making them: the same numbers as {@link SegmentRule#segments}, by
 * arithmetic.
 *
 * <p>Immutable.
 *
 * <p>A device's segments are cut greedily from the start of each run of adjoining bus addresses. A cut at a boundary starts afresh,
 * so a run consists of a head, whole blocks and a tail.
 */
final class Cutter {
    /** More segments than any rule allows: some byte lies in no window of the bus. */
    static final long UNREACHABLE = Long.MAX_VALUE;

    private final SegmentRule rule;
    private final long most;
    private final long boundary;
    private final List<DmaRange> ranges;

    Cutter(SegmentRule rule) {
        this.rule = rule;
        most = rule.limits().maxSize();
        boundary = rule.limits().boundary();
        ranges = rule.ranges();
    }

    SegmentRule rule() {
        return rule;
    }

    int maxCount() {
        return rule.limits().maxCount();
    }

    /** Whether the count of a run depends on where it lies. */
    boolean depends() {
        return boundary != 0 || ranges.size() > 1;
    }

    /** Segments of one run of CPU addresses. */
    long count(long cpu, long size) {
        long count = 0;
        long run = 0;
        long length = 0;
        for (long at = cpu, left = size; left > 0;) {
            DmaRange range = rangeOf(at);
            if (range == null && !ranges.isEmpty()) {
                return UNREACHABLE;
            }
            long bus = range == null ? at : range.bus() + (at - range.cpu());
            long here = range == null ? left : leftIn(range, at, left);
            if (length != 0 && run + length == bus) {
                length += here;
            } else {
                count += pieces(run, length);
                run = bus;
                length = here;
            }
            at += here;
            left -= here;
        }
        return count + pieces(run, length);
    }

    private long pieces(long bus, long length) {
        if (boundary == 0) {
            return divided(length);
        }
        long head = Math.min(length, boundary - (bus & boundary - 1));
        long rest = length - head;
        return divided(head) + rest / boundary * divided(boundary) + divided(rest & boundary - 1);
    }

    private long divided(long length) {
        return length == 0 ? 0 : (length - 1) / most + 1;
    }

    /**
     * Goes on by a stretch that follows in the object.
     *
     * @param fill bytes of the open segment so far; 0 when a new one must be begun
     * @param counts element 0 is increased by the segments begun
     * @return bytes of the segment that is open at the end
     */
    long advance(long cpu, long size, long fill, long[] counts) {
        long open = fill;
        long expected = fill == 0 ? 0 : busOf(cpu);
        for (long at = cpu, left = size; left > 0;) {
            DmaRange range = rangeOf(at);
            long bus = range == null ? at : range.bus() + (at - range.cpu());
            long here = range == null ? left : leftIn(range, at, left);
            if (boundary != 0) {
                here = Math.min(here, boundary - (bus & boundary - 1));
            }
            if (bus != expected || boundary != 0 && (bus & boundary - 1) == 0) {
                open = 0;
            }
            long room = open == 0 ? 0 : most - open;
            if (here <= room) {
                open += here;
            } else {
                long begun = divided(here - room);
                counts[0] += begun;
                open = here - room - (begun - 1) * most;
            }
            expected = bus + here;
            at += here;
            left -= here;
        }
        return open;
    }

    /** Whether all of a stretch is in windows of the bus. */
    boolean reaches(long cpu, long size) {
        return count(cpu, size) != UNREACHABLE;
    }

    /** The bus address of a reachable CPU address. */
    long busOf(long cpu) {
        DmaRange range = rangeOf(cpu);
        return range == null ? cpu : range.bus() + (cpu - range.cpu());
    }

    /** The next boundary above a CPU address, as a distance; {@link Long#MAX_VALUE} when there is none. */
    long toBoundary(long cpu) {
        return boundary == 0 ? Long.MAX_VALUE : boundary - (busOf(cpu) & boundary - 1);
    }

    private static long leftIn(DmaRange range, long at, long left) {
        long rest = range.size() - (at - range.cpu());
        return Long.compareUnsigned(rest, left) < 0 ? rest : left;
    }

    private DmaRange rangeOf(long cpu) {
        for (DmaRange range : ranges) {
            if (range.containsCpu(cpu)) {
                return range;
            }
        }
        return null;
    }
}
