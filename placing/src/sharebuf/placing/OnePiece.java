package sharebuf.placing;

import java.util.List;
import sharebuf.allocator.Request;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.SegmentRule;

/**
 * Finds one extent for a whole object. Complete: when it finds none in the stretches it is given, there is none.
 *
 * <p>Immutable. Takes nothing; cost is constant per stretch, except under rules whose count depends on the place (a boundary, several
 * DMA ranges), where every aligned start may be looked at.
 */
public final class OnePiece {
    /** Answer: no place. */
    public static final long NONE = -1;

    private final long base;
    private final long size;
    private final long align;
    private final long step;
    private final Cutter[] cutters;
    private final boolean depends;

    /**
     * A search for a request.
     *
     * @param request the object
     * @param region where
     */
    public OnePiece(Request request, MemoryRegion region) {
        MemoryConstraints constraints = request.constraints();
        base = region.base();
        size = request.sizeIn(region.granule());
        align = constraints.align().value();
        step = Math.max(align, region.granule());
        cutters = new Cutter[constraints.rules().size()];
        boolean any = false;
        int count = 0;
        for (SegmentRule rule : constraints.rules()) {
            cutters[count] = new Cutter(rule);
            any |= cutters[count++].depends();
        }
        depends = any;
    }

    /**
     * The lowest place at or above an offset.
     *
     * @param gaps free stretches in ascending order
     * @param from lowest offset
     * @return an offset or {@link #NONE}
     */
    public long lowest(List<Gap> gaps, long from) {
        for (Gap gap : gaps) {
            for (long at = aligned(Math.max(gap.offset(), from)); at >= 0 && at <= gap.end() - size; at += step) {
                if (suits(at)) {
                    return at;
                }
                if (!depends) {
                    break;
                }
            }
        }
        return NONE;
    }

    /**
     * The highest stretch that has a place, and the lowest place in it.
     *
     * @param gaps free stretches in ascending order
     * @return an offset or {@link #NONE}
     */
    public long highestGap(List<Gap> gaps) {
        for (int i = gaps.size() - 1; i >= 0; i--) {
            long at = lowest(gaps.subList(i, i + 1), 0);
            if (at != NONE) {
                return at;
            }
        }
        return NONE;
    }

    /** The first offset at or above one whose CPU address is aligned; negative when there is none in 63 bits. */
    private long aligned(long offset) {
        return offset + (-(base + offset) & align - 1);
    }

    private boolean suits(long offset) {
        for (Cutter cutter : cutters) {
            if (cutter.count(base + offset, size) > cutter.maxCount()) {
                return false;
            }
        }
        return true;
    }
}
