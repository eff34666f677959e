package sharebuf.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What exact best fit packs, found the obvious way: all free blocks in a list by address, every one of them looked at.
 * Slow, so it is never timed; it is the figure that packing is compared with.
 */
final class BestFitOracle implements Subject {

    private record Hole(long start, long end) {
    }

    private final List<Hole> holes = new ArrayList<>();
    private final long granule;
    private final long[] start;
    private final long[] end;

    BestFitOracle(Trace trace) {
        granule = trace.granule;
        start = new long[trace.ids];
        end = new long[trace.ids];
        holes.add(new Hole(0, trace.region));
    }

    @Override
    public long take(int id, long size, long align, long limit) {
        long bytes = (size + granule - 1) / granule * granule;
        long step = Math.max(align, granule);
        long top = limit == 0 ? Long.MAX_VALUE : limit;
        int best = -1;
        long bestSize = Long.MAX_VALUE;
        for (int i = 0; i < holes.size(); i++) {
            Hole hole = holes.get(i);
            long at = (hole.start + step - 1) / step * step;
            if (at + bytes <= hole.end && at + bytes <= top && hole.end - hole.start < bestSize) {
                best = i;
                bestSize = hole.end - hole.start;
            }
        }
        if (best < 0) {
            return -1;
        }
        Hole hole = holes.remove(best);
        long at = (hole.start + step - 1) / step * step;
        if (at + bytes < hole.end) {
            holes.add(best, new Hole(at + bytes, hole.end));
        }
        if (hole.start < at) {
            holes.add(best, new Hole(hole.start, at));
        }
        start[id] = at;
        end[id] = at + bytes;
        return at;
    }

    @Override
    public void give(int id) {
        if (end[id] == start[id]) {
            return;
        }
        int above = 0;
        int high = holes.size();
        while (above < high) {
            int middle = above + high >>> 1;
            if (holes.get(middle).start < start[id]) {
                above = middle + 1;
            } else {
                high = middle;
            }
        }
        Hole merged = new Hole(start[id], end[id]);
        if (above < holes.size() && holes.get(above).start == merged.end) {
            merged = new Hole(merged.start, holes.remove(above).end);
        }
        if (above > 0 && holes.get(above - 1).end == merged.start) {
            merged = new Hole(holes.remove(--above).start, merged.end);
        }
        holes.add(above, merged);
        end[id] = start[id];
    }

    @Override
    public long largestFree() {
        return holes.stream().mapToLong(hole -> hole.end - hole.start).max().orElse(0);
    }

    @Override
    public long metadataBytes() {
        return 0;
    }
}
