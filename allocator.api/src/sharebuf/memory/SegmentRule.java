package sharebuf.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;

/**
 * How one use cuts memory into segments: its limits and the windows of its bus. Merged constraints keep a rule per use, because
 * the least of each limit would refuse memory that suits every use on its own terms.
 *
 * <p>Immutable; ordered by use.
 *
 * @param by the use
 * @param limits its limits
 * @param ranges the windows of its bus; empty when bus and CPU addresses are the same
 */
public record SegmentRule(UseId by, SegmentLimits limits, List<DmaRange> ranges) implements Comparable<SegmentRule> {

    /**
     * One segment as the device sees it.
     *
     * @param dma first bus address, unsigned
     * @param size in bytes
     */
    public record Segment(long dma, long size) {
    }

    /** Copies the list. */
    public SegmentRule {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(limits, "limits");
        ranges = List.copyOf(ranges);
    }

    /**
     * The segments of an object: spans translated to bus addresses, neighbours merged, then cut at the size limit and at the
     * boundary.
     *
     * @param spans the object's memory in order
     * @return the segments in order; empty when a byte lies in no window
     */
    public List<Segment> segments(List<Span> spans) {
        List<Segment> merged = new ArrayList<>();
        for (Span span : spans) {
            long at = span.base();
            long left = span.size();
            while (left > 0) {
                long dma = at;
                long here = left;
                if (!ranges.isEmpty()) {
                    DmaRange range = rangeOf(at);
                    if (range == null) {
                        return List.of();
                    }
                    dma = range.bus() + (at - range.cpu());
                    long rest = range.size() - (at - range.cpu());
                    here = Long.compareUnsigned(rest, left) < 0 ? rest : left;
                }
                Segment before = merged.isEmpty() ? null : merged.getLast();
                if (before != null && before.dma + before.size == dma) {
                    merged.set(merged.size() - 1, new Segment(before.dma, before.size + here));
                } else {
                    merged.add(new Segment(dma, here));
                }
                at += here;
                left -= here;
            }
        }
        List<Segment> cut = new ArrayList<>(merged.size());
        for (Segment segment : merged) {
            long at = segment.dma;
            long left = segment.size;
            while (left > 0) {
                long here = Math.min(left, limits.maxSize());
                if (limits.boundary() != 0) {
                    here = Math.min(here, limits.boundary() - (at & (limits.boundary() - 1)));
                }
                cut.add(new Segment(at, here));
                at += here;
                left -= here;
            }
        }
        return cut;
    }

    /**
     * Whether the use can take an object that lies there.
     *
     * @param spans the object's memory in order
     * @return true when it is reached in no more segments than allowed
     */
    public boolean permits(List<Span> spans) {
        int count = segments(spans).size();
        return count > 0 && count <= limits.maxCount();
    }

    @Override
    public int compareTo(SegmentRule o) {
        int c = by.compareTo(o.by);
        c = c != 0 ? c : limits.compareTo(o.limits);
        return c != 0 ? c : ranges.toString().compareTo(o.ranges.toString());
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
