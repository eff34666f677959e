package sharebuf.placing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many bytes one rule can hold at most in free stretches, all other rules forgotten: the sum of its largest segments.
 *
 * <p>Immutable. A bound, not a search: where several DMA ranges adjoin on the bus it says "any number".
 */
final class SegmentBound {
    private final Cutter cutter;
    private final long base;

    SegmentBound(Cutter cutter, long base) {
        this.cutter = cutter;
        this.base = base;
    }

    long most(List<Gap> gaps) {
        if (cutter.rule().ranges().size() > 1) {
            return Long.MAX_VALUE;
        }
        // Size of segment to the number of them, the largest first: few sizes, however many segments.
        TreeMap<Long, Long> segments = new TreeMap<>(java.util.Comparator.reverseOrder());
        long boundary = cutter.rule().limits().boundary();
        for (Gap gap : gaps) {
            if (boundary == 0) {
                add(segments, gap.size(), 1);
            } else {
                long head = Math.min(gap.size(), cutter.toBoundary(base + gap.offset()));
                long rest = gap.size() - head;
                add(segments, head, 1);
                add(segments, boundary, rest / boundary);
                add(segments, rest & boundary - 1, 1);
            }
        }
        long left = cutter.maxCount();
        long sum = 0;
        for (Map.Entry<Long, Long> same : segments.entrySet()) {
            long count = Math.min(left, same.getValue());
            sum += count * same.getKey();
            left -= count;
        }
        return sum;
    }

    private void add(TreeMap<Long, Long> segments, long block, long blocks) {
        long most = cutter.rule().limits().maxSize();
        if (block > 0 && blocks > 0) {
            if (block >= most) {
                segments.merge(most, block / most * blocks, Long::sum);
            }
            if (block % most != 0) {
                segments.merge(block % most, blocks, Long::sum);
            }
        }
    }
}
