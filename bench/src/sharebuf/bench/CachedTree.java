package sharebuf.bench;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Yardstick: IOVAs by the plan of Linux ({@code drivers/iommu/iova.c}), written here. What was given back lately, up to 32 pages, lies in magazines; all else
 * is a search from the top down through the live ranges in address order, for the first gap that is large enough.
 *
 * <pre>
 *   order 0-5:  loaded, previous (127 ranges each)  ...  depot of full magazines       constant
 *   else:       a tree in address order, from a remembered place down                  linear in the ranges on the way
 * </pre>
 *
 * Sizes that magazines take are rounded up to a power of two; every range lies at a multiple of its size rounded up so.
 * The remembered places, one for requests below 4 GiB and one for all, are the range that was placed last; a search that fails from there begins at the top once.
 */
final class CachedTree implements Subject {
    private static final int ORDERS = 6;
    private static final int MAGAZINE = 127;
    private static final long LOW = 1L << 32;

    private final int shift;
    private final long top;
    private final long lowTop;
    private final RangeTree tree;
    /** Remembered places; 0 is the top. */
    private int cached;
    private int cachedLow;
    /** Pages of the smallest request below 4 GiB that failed since a range there was given back: smaller ones are not looked for. */
    private long failedLow = Long.MAX_VALUE;
    private final int[] rangeOf;
    private final Cache[] caches = new Cache[ORDERS];

    /** Magazines of one order, of one CPU. */
    private static final class Cache {
        private int[] loaded = new int[MAGAZINE];
        private int[] previous = new int[MAGAZINE];
        private int loadedCount;
        private int previousCount;
        private final Deque<int[]> depot = new ArrayDeque<>();
    }

    CachedTree(Trace trace) {
        shift = Long.numberOfTrailingZeros(trace.granule);
        top = trace.region >>> shift;
        lowTop = LOW >>> shift;
        tree = new RangeTree((ORDERS + 1) * trace.ids); // live ones, and of each order as many in magazines
        rangeOf = new int[trace.ids];
        for (int i = 0; i < ORDERS; i++) {
            caches[i] = new Cache();
        }
    }

    @Override
    public long take(int id, long size, long align, long limit) {
        long count = (size - 1 >>> shift) + 1;
        long end = limit == 0 ? top : Math.min(top, limit >>> shift);
        int order = order(count);
        if (order < ORDERS) {
            count = 1L << order;
            int range = pop(caches[order], end);
            if (range != 0) {
                rangeOf[id] = range;
                return tree.first(range) << shift;
            }
        }
        long multiple = Math.max(1L << order(count), align >>> shift);
        int range = place(count, multiple, end);
        if (range == 0) {
            empty();
            range = place(count, multiple, end);
        }
        rangeOf[id] = range;
        return range == 0 ? -1 : tree.first(range) << shift;
    }

    private static int order(long count) {
        return 64 - Long.numberOfLeadingZeros(count - 1);
    }

    /** The newest range of a magazine that lies below an end. */
    private int pop(Cache cache, long end) {
        if (cache.loadedCount == 0) {
            if (cache.previousCount > 0) {
                swap(cache);
            } else if (!cache.depot.isEmpty()) {
                cache.loaded = cache.depot.pop();
                cache.loadedCount = MAGAZINE;
            } else {
                return 0;
            }
        }
        for (int i = cache.loadedCount - 1; i >= 0; i--) {
            int range = cache.loaded[i];
            if (tree.end(range) <= end) {
                cache.loaded[i] = cache.loaded[--cache.loadedCount];
                return range;
            }
        }
        return 0;
    }

    private static void swap(Cache cache) {
        int[] magazine = cache.loaded;
        int count = cache.loadedCount;
        cache.loaded = cache.previous;
        cache.loadedCount = cache.previousCount;
        cache.previous = magazine;
        cache.previousCount = count;
    }

    private int place(long count, long align, long end) {
        boolean low = end <= lowTop;
        if (low && count >= failedLow) {
            return 0;
        }
        int remembered = low ? cachedLow : cached;
        int range = search(remembered, count, align, end);
        if (range == 0 && remembered != 0) {
            range = search(0, count, align, end);
        }
        if (range == 0) {
            failedLow = low ? count : failedLow;
            return 0;
        }
        if (low) {
            cachedLow = range;
        } else {
            cached = range;
        }
        return range;
    }

    /** Downwards from below a range; 0: from the top. */
    private int search(int from, long count, long align, long end) {
        long ceiling = from == 0 ? top : tree.first(from);
        int under = from == 0 ? tree.last() : tree.below(from);
        while (true) {
            long floor = under == 0 ? 0 : tree.end(under);
            long at = Math.min(ceiling, end) - count & -align;
            if (at >= floor) {
                return tree.insert(at, count);
            }
            if (under == 0) {
                return 0;
            }
            ceiling = tree.first(under);
            under = tree.below(under);
        }
    }

    @Override
    public void give(int id) {
        int range = rangeOf[id];
        if (range == 0) {
            return;
        }
        rangeOf[id] = 0;
        int order = order(tree.pages(range));
        if (order < ORDERS) {
            push(caches[order], range);
        } else {
            remove(range);
        }
    }

    /** As Linux does before a request fails. */
    private void empty() {
        for (Cache cache : caches) {
            while (cache.loadedCount > 0) {
                remove(cache.loaded[--cache.loadedCount]);
                if (cache.loadedCount == 0) {
                    if (cache.previousCount > 0) {
                        swap(cache);
                    } else if (!cache.depot.isEmpty()) {
                        cache.loaded = cache.depot.pop();
                        cache.loadedCount = MAGAZINE;
                    }
                }
            }
        }
    }

    private static void push(Cache cache, int range) {
        if (cache.loadedCount == MAGAZINE) {
            if (cache.previousCount < MAGAZINE) {
                swap(cache);
            } else {
                cache.depot.push(cache.loaded);
                cache.loaded = new int[MAGAZINE];
                cache.loadedCount = 0;
            }
        }
        cache.loaded[cache.loadedCount++] = range;
    }

    private void remove(int range) {
        long first = tree.first(range);
        int over = tree.above(range);
        // What is above the hole is where the next search begins, when the hole is above the remembered place.
        if (first < lowTop) {
            failedLow = Long.MAX_VALUE;
            if (cachedLow != 0 && first >= tree.first(cachedLow)) {
                cachedLow = over;
            }
        }
        if (cached != 0 && first >= tree.first(cached)) {
            cached = over;
        }
        tree.remove(range);
    }

    @Override
    public long largestFree() {
        long largest = 0;
        long ceiling = top;
        for (int under = tree.last(); under != 0; under = tree.below(under)) {
            largest = Math.max(largest, ceiling - tree.end(under));
            ceiling = tree.first(under);
        }
        return Math.max(largest, ceiling) << shift;
    }

    @Override
    public long metadataBytes() {
        return RangeTree.bytesARange() * (ORDERS + 1) * rangeOf.length;
    }
}
