package sharebuf.range;

import java.util.Map;
import java.util.TreeMap;

/** The same as the allocator, slow and obvious: a map of the live ranges, everything else found by trying each place. */
final class ReferenceModel {

    private final long base;
    private final long end;
    private final long granule;
    private final TreeMap<Long, Long> live = new TreeMap<>();

    ReferenceModel(long base, long size, long granule) {
        this.base = base;
        this.end = base + size;
        this.granule = granule;
    }

    long round(long size) {
        return (size + granule - 1) / granule * granule;
    }

    boolean isFree(long offset, long size) {
        if (offset < base || offset + size > end) {
            return false;
        }
        Map.Entry<Long, Long> before = live.lowerEntry(offset + size);
        return before == null || before.getKey() + before.getValue() <= offset;
    }

    boolean allows(long at, long size, long align, long low, long high, long boundary) {
        boolean crosses = boundary > 0 && size <= boundary && at / boundary != (at + size - 1) / boundary;
        long rounded = round(size);
        return at % align == 0 && at % granule == 0 && at >= low && (high == 0 || at + rounded <= high) && !crosses
            && isFree(at, rounded);
    }

    /** The lowest place, -1 if there is none. */
    long lowest(long size, long align, long low, long high, long boundary) {
        for (long at = base; at < end; at += granule) {
            if (allows(at, size, align, low, high, boundary)) {
                return at;
            }
        }
        return -1;
    }

    /** The highest place, -1 if there is none. */
    long highest(long size, long align, long low, long high, long boundary) {
        for (long at = end - granule; at >= base; at -= granule) {
            if (allows(at, size, align, low, high, boundary)) {
                return at;
            }
        }
        return -1;
    }

    /** Size of the free block around an address. */
    long blockAround(long at) {
        Map.Entry<Long, Long> below = live.floorEntry(at);
        Long above = live.higherKey(at);
        return (above == null ? end : above) - (below == null ? base : below.getKey() + below.getValue());
    }

    /** Size of the smallest free block that has a place, -1 if there is none. */
    long smallestBlock(long size, long align, long low, long high, long boundary) {
        long smallest = -1;
        for (long at = base; at < end; at += granule) {
            if (allows(at, size, align, low, high, boundary)) {
                long block = blockAround(at);
                smallest = smallest < 0 ? block : Math.min(smallest, block);
            }
        }
        return smallest;
    }

    void take(long offset, long size) {
        if (!isFree(offset, size)) {
            throw new AssertionError("0x" + Long.toHexString(offset) + " of " + size + " bytes is not free: " + live);
        }
        live.put(offset, size);
    }

    void give(long offset) {
        if (live.remove(offset) == null) {
            throw new AssertionError("nothing live at 0x" + Long.toHexString(offset));
        }
    }

    TreeMap<Long, Long> live() {
        return live;
    }

    /** The free blocks in address order. */
    TreeMap<Long, Long> free() {
        TreeMap<Long, Long> free = new TreeMap<>();
        long at = base;
        for (Map.Entry<Long, Long> range : live.entrySet()) {
            if (range.getKey() > at) {
                free.put(at, range.getKey() - at);
            }
            at = range.getKey() + range.getValue();
        }
        if (at < end) {
            free.put(at, end - at);
        }
        return free;
    }
}
