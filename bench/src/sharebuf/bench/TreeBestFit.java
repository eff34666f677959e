package sharebuf.bench;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Yardstick: exact best fit with the collections of the JDK. A map of the free blocks by address for merging, and a set
 * of them by size, then address, for searching: the first one that has a place is the best, the lowest on a tie.
 */
final class TreeBestFit implements Subject {

    private record Block(long start, long size) {
    }

    private static final Comparator<Block> BY_SIZE = (a, b) -> a.size != b.size ? Long.compare(a.size, b.size)
        : Long.compare(a.start, b.start);

    /** Entry of a tree 40 bytes, twice a block; block 32, boxed key 16, boxed in the map: usual sizes of a 64-bit JVM. */
    private static final long BYTES_A_BLOCK = 40 + 40 + 32 + 16;

    private final TreeMap<Long, Block> byAddress = new TreeMap<>();
    private final TreeSet<Block> bySize = new TreeSet<>(BY_SIZE);
    private final long granule;
    private final long[] start;
    private final long[] length;

    TreeBestFit(Trace trace) {
        granule = trace.granule;
        start = new long[trace.ids];
        length = new long[trace.ids];
        add(0, trace.region);
    }

    @Override
    public long take(int id, long size, long align, long limit) {
        long bytes = size + granule - 1 & -granule;
        long mask = Math.max(align, granule) - 1;
        long top = limit == 0 ? Long.MAX_VALUE : limit;
        for (Block block = bySize.ceiling(new Block(0, bytes)); block != null; block = bySize.higher(block)) {
            long at = block.start + mask & ~mask;
            long end = block.start + block.size;
            if (at + bytes <= Math.min(end, top)) {
                byAddress.remove(block.start);
                bySize.remove(block);
                if (at > block.start) {
                    add(block.start, at - block.start);
                }
                if (at + bytes < end) {
                    add(at + bytes, end - at - bytes);
                }
                start[id] = at;
                length[id] = bytes;
                return at;
            }
        }
        return -1;
    }

    @Override
    public void give(int id) {
        if (length[id] == 0) {
            return;
        }
        long from = start[id];
        long to = from + length[id];
        length[id] = 0;
        Map.Entry<Long, Block> below = byAddress.lowerEntry(from);
        if (below != null && below.getKey() + below.getValue().size == from) {
            from = below.getKey();
            byAddress.remove(from);
            bySize.remove(below.getValue());
        }
        Block above = byAddress.remove(to);
        if (above != null) {
            bySize.remove(above);
            to += above.size;
        }
        add(from, to - from);
    }

    private void add(long from, long bytes) {
        Block block = new Block(from, bytes);
        byAddress.put(from, block);
        bySize.add(block);
    }

    @Override
    public long largestFree() {
        return bySize.isEmpty() ? 0 : bySize.last().size;
    }

    @Override
    public long metadataBytes() {
        return BYTES_A_BLOCK * bySize.size();
    }
}
