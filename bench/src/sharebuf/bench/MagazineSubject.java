package sharebuf.bench;

import java.util.Arrays;
import sharebuf.range.Magazines;
import sharebuf.range.RangeAllocator;

/** Magazines in front of the framework's address ranges, as {@code mapops.iommu} has them, with the limits of the trace. */
final class MagazineSubject implements Subject {
    private final Magazines ranges;
    private final int[] handles;

    MagazineSubject(Trace trace) {
        ranges = new Magazines(0, trace.region, trace.granule, Arrays.copyOf(trace.limits, Math.min(trace.limits.length, RangeSubject.MOST_ZONES)));
        ranges.reserve(trace.ids);
        handles = new int[trace.ids];
        Arrays.fill(handles, RangeAllocator.NO_SPACE);
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
