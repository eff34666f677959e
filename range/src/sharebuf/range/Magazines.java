package sharebuf.range;

import java.util.Arrays;

/**
 * A {@link RangeAllocator} with what was given back lately in front: short-lived ranges of few sizes, as IOVAs are, are taken from a stack and put on one.
 * Externally synchronised, as the allocator is.
 *
 * <pre>
 *   allocate(3 pages)                                         free
 *        |  rounded up to 4                                     |
 *        v                                                      v
 *   order    0 [..|..|..]   1 [..]   2 [..|..]  ...  9 []       one stack for each order and zone, newest on top
 *        |                                                      |
 *        |  empty: a range of 4 pages, at a multiple of 4       |  full, or of no such size
 *        v                                                      v
 *   RangeAllocator:   a range in a magazine is live
 * </pre>
 *
 * <ul>
 * <li>Requests of up to 2<sup>{@value #LAST_ORDER}</sup> granules get a range of the next power of two granules at a multiple of its size, so every range of
 * an order suits every request of it. That costs up to half of the addresses: for IOVAs, of which there are plenty, and not for memory.
 * <li>A handle that was given back is not live any more, though its range is: giving it back twice is refused as the allocator refuses it.
 * <li>Before a request fails, all magazines are emptied: it fails only if no place exists.
 * <li>No operation allocates on the heap but for the stacks, which grow up to {@value #CAPACITY} ranges each.
 * </ul>
 *
 * The idea of magazines is Bonwick's (Magazines and Vmem, USENIX 2001); Linux has them in front of its IOVAs up to 32 pages
 * ({@code drivers/iommu/iova.c}, {@code IOVA_RANGE_CACHE_MAX_SIZE}), which leaves picture buffers to its tree.
 */
public final class Magazines {
    /** The largest order that is kept. */
    public static final int LAST_ORDER = 9;
    /** Ranges in one magazine. */
    public static final int CAPACITY = 1024;
    private static final int FIRST = 16;
    private static final int ORDERS = LAST_ORDER + 1;

    private final RangeAllocator ranges;
    private final long granule;
    private final int shift;
    /** Exclusive upper address of each zone but the last. */
    private final long[] limits;
    /** Stacks by zone, then order. A range is in the lowest zone that ends at or above its end. */
    private final int[][] stacks;
    private final int[] depths;
    private long kept;

    /**
     * With empty magazines.
     *
     * @param base first address, see {@link RangeAllocator}
     * @param size in bytes
     * @param granule power of two, in bytes
     * @param limits exclusive upper addresses that requests have: each makes a zone with magazines of its own
     * @throws IllegalArgumentException as {@link RangeAllocator} does
     */
    public Magazines(long base, long size, long granule, long... limits) {
        ranges = new RangeAllocator(base, size, granule, limits);
        this.granule = granule;
        shift = Long.numberOfTrailingZeros(granule);
        this.limits = Arrays.stream(limits).filter(l -> l > base && l < base + size).sorted().distinct().toArray();
        stacks = new int[(this.limits.length + 1) * ORDERS][FIRST];
        depths = new int[stacks.length];
    }

    /**
     * Makes room for so many ranges.
     *
     * @param count live ones
     */
    public void reserve(int count) {
        ranges.reserve(count);
    }

    /**
     * Takes a range.
     *
     * @param size bytes, at least 1
     * @param align alignment of the address: a power of two, in bytes
     * @param limit exclusive upper address of the whole range, 0 or {@link Long#MAX_VALUE} for none
     * @return a handle, or {@link RangeAllocator#NO_SPACE} or {@link RangeAllocator#FULL}, which are negative
     * @throws IllegalArgumentException if an argument is outside of its range
     */
    public int allocate(long size, long align, long limit) {
        return allocate(size, align, 0, limit, 0);
    }

    /**
     * Takes a range inside a window.
     *
     * @param size bytes, at least 1
     * @param align alignment of the address: a power of two, in bytes
     * @param low lowest address of the range
     * @param high exclusive upper address of the whole range, 0 or {@link Long#MAX_VALUE} for none
     * @param boundary a power of two, in bytes: a range of at most this size crosses no multiple of it; 0 for none
     * @return a handle, or {@link RangeAllocator#NO_SPACE} or {@link RangeAllocator#FULL}, which are negative
     * @throws IllegalArgumentException if an argument is outside of its range
     */
    public int allocate(long size, long align, long low, long high, long boundary) {
        int order = size <= 0 ? LAST_ORDER + 1 : order(size - 1 >>> shift);
        if (order > LAST_ORDER) {
            return fresh(size, align, low, high, boundary);
        }
        long bytes = granule << order;
        // What lies at a multiple of its size crosses no boundary that is not smaller.
        if (align <= bytes && low <= ranges.base()) {
            for (int zone = zone(high); zone >= 0; zone--) {
                int stack = zone * ORDERS + order;
                int depth = depths[stack];
                if (depth > 0) {
                    depths[stack] = depth - 1;
                    kept -= bytes;
                    return stacks[stack][depth - 1];
                }
            }
        }
        int handle = fresh(bytes, Math.max(align, bytes), low, high, boundary);
        // Where a whole power of two at its multiple has no place, what was asked for may have one.
        return handle == RangeAllocator.NO_SPACE ? fresh(size, align, low, high, boundary) : handle;
    }

    private int fresh(long size, long align, long low, long high, long boundary) {
        int handle = place(size, align, low, high, boundary);
        if (handle != RangeAllocator.NO_SPACE || kept == 0) {
            return handle;
        }
        empty();
        return place(size, align, low, high, boundary);
    }

    private int place(long size, long align, long low, long high, long boundary) {
        return low <= ranges.base() && boundary == 0 ? ranges.allocate(size, align, high) : ranges.allocate(size, align, low, high, boundary, Placement.BEST_FIT);
    }

    /** The order of a size in granules, less one. */
    private static int order(long less) {
        return 64 - Long.numberOfLeadingZeros(less);
    }

    /** The highest zone whose ranges all end at or below an address; -1 for none. */
    private int zone(long high) {
        int zone = limits.length;
        if (high == 0 || high >= ranges.base() + ranges.size()) {
            return zone;
        }
        while (--zone >= 0 && limits[zone] > high) {
            continue;
        }
        return zone;
    }

    /**
     * Takes exactly this range, see {@link RangeAllocator#claim}.
     *
     * @param offset its address
     * @param size in bytes
     * @return a handle, or {@link RangeAllocator#TAKEN} or {@link RangeAllocator#FULL}, which are negative
     */
    public int claim(long offset, long size) {
        empty();
        return ranges.claim(offset, size);
    }

    /**
     * Gives a range back.
     *
     * @param handle of a live range
     * @throws IllegalArgumentException if it is none
     */
    public void free(int handle) {
        long size = ranges.size(handle);
        int order = order((size >>> shift) - 1);
        if (order > LAST_ORDER || size != granule << order) {
            ranges.free(handle);
            return;
        }
        long start = ranges.offset(handle);
        if ((start & size - 1) != 0) {
            ranges.free(handle); // claimed, or squeezed in
            return;
        }
        int zone = 0;
        while (zone < limits.length && limits[zone] < start + size) {
            zone++;
        }
        int stack = zone * ORDERS + order;
        int depth = depths[stack];
        if (depth == stacks[stack].length && !grow(stack)) {
            ranges.free(handle);
            return;
        }
        stacks[stack][depth] = ranges.renew(handle);
        depths[stack] = depth + 1;
        kept += size;
    }

    private boolean grow(int stack) {
        if (depths[stack] == CAPACITY) {
            return false;
        }
        stacks[stack] = Arrays.copyOf(stacks[stack], 2 * depths[stack]);
        return true;
    }

    /** Gives everything in the magazines back to the allocator. */
    public void empty() {
        for (int stack = 0; stack < stacks.length && kept != 0; stack++) {
            for (; depths[stack] > 0; depths[stack]--) {
                int handle = stacks[stack][depths[stack] - 1];
                kept -= ranges.size(handle);
                ranges.free(handle);
            }
        }
    }

    /**
     * Address of a live range.
     *
     * @param handle its handle
     * @return the address
     */
    public long offset(int handle) {
        return ranges.offset(handle);
    }

    /**
     * Bytes of a live range: at least those that were asked for.
     *
     * @param handle its handle
     * @return bytes
     */
    public long size(int handle) {
        return ranges.size(handle);
    }

    /**
     * Free bytes in all, those in magazines included.
     *
     * @return bytes
     */
    public long totalFree() {
        return ranges.totalFree() + kept;
    }

    /**
     * Bytes of the largest free block. Empties the magazines.
     *
     * @return bytes; 0 if nothing is free
     */
    public long largestFree() {
        empty();
        return ranges.largestFree();
    }

    /**
     * Bytes in magazines.
     *
     * @return bytes
     */
    public long kept() {
        return kept;
    }

    /**
     * Bytes of all records.
     *
     * @return bytes
     */
    public long metadataBytes() {
        return ranges.metadataBytes() + Arrays.stream(stacks).mapToLong(s -> 4L * s.length).sum();
    }

    /**
     * Checks the invariants, slowly, for tests.
     *
     * @throws IllegalStateException naming the first one that does not hold
     */
    public void check() {
        ranges.check();
        long bytes = 0;
        for (int stack = 0; stack < stacks.length; stack++) {
            for (int i = 0; i < depths[stack]; i++) {
                int handle = stacks[stack][i];
                if (!ranges.isLive(handle) || ranges.size(handle) != granule << stack % ORDERS) {
                    throw new IllegalStateException("magazine " + stack + " holds " + handle + ", no live range of order " + stack % ORDERS);
                }
                bytes += ranges.size(handle);
            }
        }
        if (bytes != kept) {
            throw new IllegalStateException("magazines hold " + bytes + " bytes, " + kept + " are counted");
        }
    }

    @Override
    public String toString() {
        return ranges + ", " + kept + " bytes of them in magazines";
    }
}
