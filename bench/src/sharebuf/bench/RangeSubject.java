package sharebuf.bench;

import java.util.Arrays;
import sharebuf.range.RangeAllocator;

/**
 * The framework's own allocator, with the limits of the trace as zones and room for as many ranges as the trace has ids,
 * so that the pool does not double in the timed part.
 */
final class RangeSubject implements Subject {

    /** Limits that an allocator takes. */
    static final int MOST_ZONES = 15;

    private final RangeAllocator ranges;
    private final int[] handles;

    RangeSubject(Trace trace) {
        ranges = new RangeAllocator(0, trace.region, trace.granule, zones(trace));
        ranges.reserve(trace.ids);
        handles = new int[trace.ids];
        Arrays.fill(handles, RangeAllocator.NO_SPACE);
    }

    /** One zone a limit, as the masks of a board's devices would give; with very many limits the first ones count. */
    private static long[] zones(Trace trace) {
        return Arrays.copyOf(trace.limits, Math.min(trace.limits.length, MOST_ZONES));
    }

    @Override
    public long take(int id, long size, long align, long limit) {
        int handle = ranges.allocate(size, align, limit);
        handles[id] = handle;
        return handle < 0 ? -1 : ranges.offset(handle);
    }

    @Override
    public void give(int id) {
        int handle = handles[id];
        if (handle >= 0) {
            handles[id] = RangeAllocator.NO_SPACE;
            ranges.free(handle);
        }
    }

    @Override
    public long largestFree() {
        return ranges.largestFree();
    }

    @Override
    public long metadataBytes() {
        return ranges.metadataBytes();
    }
}
