package sharebuf.range;

import static sharebuf.range.Node.ABOVE;
import static sharebuf.range.Node.BELOW;
import static sharebuf.range.Node.BIN;
import static sharebuf.range.Node.GENERATION;
import static sharebuf.range.Node.INDEX_MASK;
import static sharebuf.range.Node.INTS;
import static sharebuf.range.Node.NEXT;
import static sharebuf.range.Node.SIZE;
import static sharebuf.range.Node.START;
import static sharebuf.range.Node.TAG;

import java.util.Arrays;

/**
 * Hands out address ranges of one region. Externally synchronised: one owner, no lock inside.
 *
 * <p>It never touches the memory behind the addresses; all it knows lies in one {@code int[]}. No operation allocates on
 * the heap, except that the array grows by a quarter when it is full ({@link #reserve} does that ahead of time).
 *
 * <h2>Notation</h2>
 * <ul>
 * <li><em>granule</em>: smallest piece, a power of two in bytes; sizes are rounded up to it.
 * <li><em>unit</em>: one granule. Inside, addresses and sizes are ints in units, counted from address 0, so the region
 * must end at or below {@code (2^31 - 1) * granule}: 8 TiB with 4 KiB granules. The constructor checks it.
 * <li><em>block</em>: a stretch that is wholly free or wholly live. Live blocks are what callers know as ranges.
 * <li><em>zone</em>: addresses between two limits given at construction, each limit the reach of some DMA mask.
 * <li><em>bin</em>: list of the free blocks of one zone and one size class, see {@link Bins}.
 * </ul>
 *
 * <h2>Picture</h2>
 *
 * <pre>
 *   base                 limit 0                                   limit 1         end
 *   |       zone 0          |               zone 1                    |    zone 2   |
 *   ├────────┬────────┬─────┼────┬──────────┬───────────────┬─────────┼──┬──────────┤
 *   │ live   │ free a │ live     │  free b  │  live         │  free c    │ live     │
 *   └────────┴────────┴──────────┴──────────┴───────────────┴────────────┴──────────┘
 *       ▲▼       ▲▼        ▲▼         ▲▼           ▲▼             ▲▼          ▲▼      ring of neighbours
 *
 *   bins of zone 0:  … a …        bins of zone 1:  … b … c …     bins of zone 2:  none
 * </pre>
 *
 * <h2>Invariants</h2>
 * <ul>
 * <li>The blocks cover the region without gap and overlap; the ring has them in address order.
 * <li>No two neighbours are both free.
 * <li>Each free block is in exactly one bin: that of its size, in the zone where it <em>starts</em>. At most one block
 * straddles a limit; it is always tested by its addresses.
 * <li>A handle is the number of a node and a count of how often the node was given out, so a range that was freed is
 * known as such even when its node is in use again (until the node has been given out 128 times).
 * </ul>
 *
 * <h2>Steps of a request</h2>
 * <ol>
 * <li>From the highest zone the request may lie in down to the lowest: low memory stays free for those who need it.
 * <li>The bin of the size: the smallest of its blocks that fit, the lowest on a tie; of a bin with more than 80 blocks
 * only the first 4 are looked at. Looking instead of taking any block is what makes this pack as exact best fit does. Where
 * the granule is smaller than a page, objects of a few granules come by the thousand, and blocks of the same size by the dozen: of
 * those the lowest of the first 8 will do.
 * <li>Else the next larger bin that is not empty, found by two bit scans, in the same way.
 * <li>The place: the lowest in the block, but in a block that straddles a limit the highest.
 * <li>With an alignment, a window or an edge a block of sufficient size may still have no place, so the bins are gone
 * through upwards; after 96 blocks without a place those that hold the request at any alignment come next. If looking
 * in that way gave nothing, all blocks are looked at. A request fails only if no place exists.
 * </ol>
 *
 * <h2>Cost</h2>
 *
 * <pre>
 *   allocate without alignment, window or edge    constant: at most 160 blocks looked at in a zone
 *   the same with them                            usually as above; before it fails, each free block once or twice
 *   LOWEST, HIGHEST                               linear in the blocks below (above) the place
 *   free                                          constant
 *   claim, freeAt, handleAt                       linear in the blocks between this one and the last one; constant in
 *                                                 ascending or descending order
 *   largestFree                                   the blocks of one bin in each zone
 *   memory                                        32 bytes a block and 8 KiB a zone
 * </pre>
 */
public final class RangeAllocator {

    /** Answer: no free block has a place for this request. */
    public static final int NO_SPACE = -1;

    /** Answer of {@link #claim}: some of the range is live already. */
    public static final int TAKEN = -2;

    /** Answer: there is space, but the pool of {@value Node#MAX_NODES} blocks is used up. */
    public static final int FULL = -3;

    private static final int FIRST_NODES = 64;

    /** Blocks without a place that a request looks at in a zone, before it turns to those that are sure to have one. */
    private static final int PATIENCE = 96;

    /** Larger alignments and edges than this many units leave only address 0, or say nothing. */
    private static final long WIDEST = 1L << 31;

    private final int shift;
    private static final long PAGE = 4096;
    private static final int FEW = 8;

    private final int bottom;
    private final int top;
    private final int[] zoneTops;
    private final BinSets bins;

    private int[] nodes = new int[FIRST_NODES << Node.SHIFT];
    private int used = INTS;
    private int spare;
    private int freeUnits;
    private int freeBlocks;
    private int rover;

    /**
     * A region that is wholly free.
     *
     * @param base first address, a multiple of the granule
     * @param size bytes, a multiple of the granule; {@code base + size} at most {@code (2^31 - 1) * granule}
     * @param granule power of two, in bytes, ≥ 1
     * @param limits exclusive upper addresses of DMA masks in any order; those outside of the region are ignored, at most
     *     15 may be inside
     * @throws IllegalArgumentException if one of these does not hold
     */
    public RangeAllocator(long base, long size, long granule, long... limits) {
        if (Long.bitCount(granule) != 1 || granule < 0) {
            throw new IllegalArgumentException("granule " + granule + " is not a power of two");
        }
        shift = Long.numberOfTrailingZeros(granule);
        if (base < 0 || (base & granule - 1) != 0) {
            throw new IllegalArgumentException("base " + base + " is not a multiple of the granule " + granule);
        }
        if (size <= 0 || (size & granule - 1) != 0) {
            throw new IllegalArgumentException("size " + size + " is not a positive multiple of the granule " + granule);
        }
        if ((base >>> shift) + (size >>> shift) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("region of " + size + " bytes at " + base + " ends above "
                + Integer.MAX_VALUE + " granules of " + granule + " bytes; take a larger granule");
        }
        bottom = (int) (base >>> shift);
        top = bottom + (int) (size >>> shift);
        zoneTops = zoneTops(limits);
        bins = new BinSets(zoneTops.length, granule < PAGE ? FEW : BinSets.SHORT);

        int[] n = nodes;
        n[TAG] = Node.SENTINEL_TAG;
        int all = node(n);
        n[all + START] = bottom;
        n[all + SIZE] = top - bottom;
        n[ABOVE] = all;
        n[BELOW] = all;
        freeUnits = top - bottom;
        freeBlocks = 1;
        bins.insert(n, all, listOf(bottom, top - bottom));
    }

    private int[] zoneTops(long[] limits) {
        int[] tops = Arrays.stream(limits).map(limit -> limit >> shift).filter(limit -> limit > bottom && limit < top)
            .sorted().distinct().mapToInt(Math::toIntExact).toArray();
        if (tops.length >= BinSets.MAX_ZONES) {
            throw new IllegalArgumentException(tops.length + " limits inside of the region, at most "
                + (BinSets.MAX_ZONES - 1) + " are possible");
        }
        int[] zones = Arrays.copyOf(tops, tops.length + 1);
        zones[tops.length] = top;
        return zones;
    }

    /**
     * Takes a range by best fit, as high a zone as possible.
     *
     * @param size bytes, ≥ 1, rounded up to the granule
     * @param align alignment of the address: power of two, in bytes, ≥ 1
     * @param limit exclusive upper address of the whole range, 0 or {@link Long#MAX_VALUE} for none
     * @return a handle, or {@link #NO_SPACE} or {@link #FULL}, which are negative
     * @throws IllegalArgumentException if an argument is outside of its range
     */
    public int allocate(long size, long align, long limit) {
        long units = (size - 1 >>> shift) + 1;
        if (size <= 0 || limit < 0 || align <= 0 || (align & align - 1) != 0) {
            throw badRequest(size, align, 0, limit, 0);
        }
        if (units > freeUnits) {
            return NO_SPACE;
        }
        long high = limit == 0 ? top : limit >>> shift;
        if (align >>> shift <= 1 && high >= top) {
            return anywhere((int) units);
        }
        int mask = mask(align);
        return bestFit((int) units, mask, bottom, (int) Math.min(high, top), 0);
    }

    /**
     * Takes a range inside a window. Finds a place if there is one.
     *
     * @param size bytes, ≥ 1, rounded up to the granule
     * @param align alignment of the address: power of two, in bytes, ≥ 1
     * @param low lowest address of the range, ≥ 0
     * @param high exclusive upper address of the whole range, 0 or {@link Long#MAX_VALUE} for none
     * @param boundary power of two, in bytes: a range of at most this size crosses no multiple of it; 0 for none
     * @param placement which of several places
     * @return a handle, or {@link #NO_SPACE} or {@link #FULL}, which are negative
     * @throws IllegalArgumentException if an argument is outside of its range
     */
    public int allocate(long size, long align, long low, long high, long boundary, Placement placement) {
        if (size <= 0 || low < 0 || high < 0 || align <= 0 || (align & align - 1) != 0 || boundary < 0
            || (boundary & boundary - 1) != 0) {
            throw badRequest(size, align, low, high, boundary);
        }
        long units = (size - 1 >>> shift) + 1;
        long wideLow = low == 0 ? 0 : (low - 1 >>> shift) + 1;
        long wideHigh = high == 0 ? top : high >>> shift;
        if (units > freeUnits || wideLow >= top) {
            return NO_SPACE;
        }
        int lo = Math.max(bottom, (int) wideLow);
        int hi = (int) Math.min(top, wideHigh);
        if (hi - lo < units) {
            return NO_SPACE;
        }
        long wideEdge = boundary >>> shift;
        // An edge below one granule is met by every granule, one that large lies outside of the region.
        int edge = size > boundary || wideEdge == 0 || wideEdge >= WIDEST ? 0 : (int) wideEdge;
        int mask = mask(align);
        return switch (placement) {
            case BEST_FIT -> bestFit((int) units, mask, lo, hi, edge);
            case LOWEST -> lowest((int) units, mask, lo, hi, edge);
            case HIGHEST -> highest((int) units, mask, lo, hi, edge);
        };
    }

    /**
     * Takes exactly this range, as an owner does that adopts what was handed out before it started. Adopt in ascending
     * order: each call then starts where the last one ended.
     *
     * @param offset address of the range, a multiple of the granule, inside of the region
     * @param size bytes, ≥ 1, rounded up to the granule
     * @return a handle, or {@link #TAKEN} or {@link #FULL}, which are negative
     * @throws IllegalArgumentException if the range is not inside of the region or does not start at a granule
     */
    public int claim(long offset, long size) {
        int at = unitOf(offset);
        long units = (size - 1 >>> shift) + 1;
        if (size <= 0 || units > top - at) {
            throw new IllegalArgumentException("size " + size + " at " + offset + " is not inside of " + this);
        }
        int block = find(at);
        int[] n = nodes;
        if (n[block + TAG] >= 0 || n[block + START] + n[block + SIZE] - at < units) {
            return TAKEN;
        }
        int handle = take(block, at, (int) units);
        if (handle >= 0) {
            rover = (handle & INDEX_MASK) << Node.SHIFT;
        }
        return handle;
    }

    /**
     * Gives a range back. It merges with free neighbours at once.
     *
     * @throws IllegalArgumentException if the handle is not that of a live range of this allocator
     */
    public void free(int handle) {
        release((handle & INDEX_MASK) << Node.SHIFT, handle);
    }

    /**
     * Gives back the live range that starts at an address.
     *
     * @throws IllegalArgumentException if no live range starts there
     */
    public void freeAt(long offset) {
        int handle = handleAt(offset);
        if (handle < 0) {
            throw new IllegalArgumentException("no live range starts at " + offset + " in " + this);
        }
        free(handle);
    }

    /** The handle of the live range that starts at an address, or {@link #NO_SPACE} if none does. */
    public int handleAt(long offset) {
        int at = unitOf(offset);
        int[] n = nodes;
        int block = find(at);
        return n[block + START] == at && n[block + TAG] >= 0 ? n[block + TAG] : NO_SPACE;
    }

    /** Address of a live range. */
    public long offset(int handle) {
        return (long) nodes[live(handle) + START] << shift;
    }

    /** Bytes of a live range, rounded up to the granule. */
    public long size(int handle) {
        return (long) nodes[live(handle) + SIZE] << shift;
    }

    /**
     * Another handle for a live range; the old one is no handle any more.
     *
     * @throws IllegalArgumentException if the handle is not that of a live range of this allocator
     */
    int renew(int handle) {
        int place = live(handle);
        int fresh = handle + GENERATION & Integer.MAX_VALUE;
        nodes[place + TAG] = fresh;
        return fresh;
    }

    /** Whether this is the handle of a live range. */
    public boolean isLive(int handle) {
        int place = (handle & INDEX_MASK) << Node.SHIFT;
        return handle >= 0 && place < used && nodes[place + TAG] == handle && place != 0;
    }

    /**
     * The number of the node in a handle: 1, 2, 3 … up to the most blocks there ever were, each with one live range at a
     * time. An index for a caller's own arrays.
     */
    public static int index(int handle) {
        return handle & INDEX_MASK;
    }

    /** Bytes of the largest free block, 0 if nothing is free. */
    public long largestFree() {
        int[] n = nodes;
        int largest = 0;
        for (int zone = zoneTops.length - 1; zone >= 0; zone--) {
            int list = bins.highest(zone);
            if (list >= 0) {
                for (int block = bins.first(list); block != 0; block = n[block + NEXT]) {
                    largest = Math.max(largest, n[block + SIZE]);
                }
            }
        }
        return (long) largest << shift;
    }

    /** Free bytes in all. */
    public long totalFree() {
        return (long) freeUnits << shift;
    }

    /** Free blocks. */
    public int freeBlocks() {
        return freeBlocks;
    }

    /** First address of the region. */
    public long base() {
        return (long) bottom << shift;
    }

    /** Bytes of the region. */
    public long size() {
        return (long) (top - bottom) << shift;
    }

    /** Bytes of the smallest piece. */
    public long granule() {
        return 1L << shift;
    }

    /** Bytes of the arrays behind this allocator. */
    public long metadataBytes() {
        return 4L * nodes.length + bins.bytes() + 4L * zoneTops.length;
    }

    /**
     * The lowest free block as a cursor, 0 if there is none. A cursor is good until the next change:
     *
     * <pre>
     * for (int block = ranges.firstFree(); block != 0; block = ranges.nextFree(block)) {
     *     use(ranges.blockOffset(block), ranges.blockSize(block));
     * }
     * </pre>
     */
    public int firstFree() {
        return nextFree(0);
    }

    /** The next free block above, 0 after the last. */
    public int nextFree(int block) {
        int[] n = nodes;
        int next = n[block + ABOVE];
        while (n[next + TAG] >= 0 && next != 0) {
            next = n[next + ABOVE];
        }
        return next;
    }

    /** The lowest block, free or live, as a cursor; never 0. */
    public int firstBlock() {
        return nodes[ABOVE];
    }

    /** The next block above, free or live; 0 after the last. */
    public int nextBlock(int block) {
        return nodes[block + ABOVE];
    }

    /** Address of the block under a cursor. */
    public long blockOffset(int block) {
        return (long) nodes[block + START] << shift;
    }

    /** Bytes of the block under a cursor. */
    public long blockSize(int block) {
        return (long) nodes[block + SIZE] << shift;
    }

    /** The handle of the block under a cursor, negative if it is free. */
    public int blockHandle(int block) {
        return Math.max(nodes[block + TAG], NO_SPACE);
    }

    /**
     * Makes the pool large enough for this many live ranges, whatever the holes between them.
     *
     * @throws IllegalArgumentException if that is more than the pool can ever hold
     */
    public void reserve(int ranges) {
        long wanted = 2L * ranges + 2;
        if (ranges < 0 || wanted > Node.MAX_NODES) {
            throw new IllegalArgumentException(ranges + " ranges are more than " + (Node.MAX_NODES - 2) / 2);
        }
        if (wanted << Node.SHIFT > nodes.length) {
            nodes = Arrays.copyOf(nodes, (int) wanted << Node.SHIFT);
        }
    }

    /**
     * Tests every invariant. For tests and for a suspicion at run time: it takes time and heap.
     *
     * @throws IllegalStateException naming the first one that does not hold
     */
    public void check() {
        new Invariants(nodes, used, spare, bins, zoneTops, shift).check(bottom, top, freeUnits, freeBlocks);
    }

    @Override
    public String toString() {
        return "region 0x" + Long.toHexString(base()) + "-0x" + Long.toHexString(base() + size()) + " (" + totalFree()
            + " of " + size() + " bytes free in " + freeBlocks + " blocks)";
    }

    // ------------------------------------------------------------------ search

    private int anywhere(int units) {
        int[] n = nodes;
        for (int zone = zoneTops.length - 1; zone >= 0; zone--) {
            int block = bins.smallest(n, zone, units);
            if (block != 0) {
                int start = n[block + START];
                int end = start + n[block + SIZE];
                return take(block, end > zoneTops[zone] ? end - units : start, units);
            }
        }
        return NO_SPACE;
    }

    private int bestFit(int units, int mask, int low, int high, int edge) {
        int highest = zoneOf(high - 1);
        for (int zone = highest; zone >= 0; zone--) {
            int handle = bestFit(zone, units, mask, low, high, edge, false, PATIENCE);
            if (handle != NO_SPACE) {
                return handle;
            }
        }
        for (int zone = highest; zone >= 0; zone--) {
            int handle = bestFit(zone, units, mask, low, high, edge, true, Integer.MAX_VALUE);
            if (handle != NO_SPACE) {
                return handle;
            }
        }
        return NO_SPACE;
    }

    private int bestFit(int zone, int units, int mask, int low, int high, int edge, boolean all, int patience) {
        int[] n = nodes;
        int zoneTop = zoneTops[zone];
        int list = BinSets.list(zone, units);
        if (bins.first(list) == 0) {
            list = bins.above(list);
        }
        int budget = patience;
        for (; list >= 0; list = bins.above(list)) {
            int best = 0;
            int bestSize = Integer.MAX_VALUE;
            int bestStart = Integer.MAX_VALUE;
            int bestPlace = 0;
            int left = all ? Integer.MAX_VALUE : bins.scan(list);
            for (int block = bins.first(list); block != 0 && left != 0; block = n[block + NEXT], left--) {
                int size = n[block + SIZE];
                int start = n[block + START];
                budget--;
                if (size < units || size > bestSize || size == bestSize && start >= bestStart) {
                    continue;
                }
                int end = start + size;
                int lo = Math.max(start, low);
                int hi = Math.min(end, high);
                int place = end > zoneTop ? Fit.highest(lo, hi, units, mask, edge)
                    : Fit.lowest(lo, hi, units, mask, edge);
                if (place != Fit.NONE) {
                    best = block;
                    bestSize = size;
                    bestStart = start;
                    bestPlace = place;
                }
            }
            if (best != 0) {
                return take(best, bestPlace, units);
            }
            if (budget < 0) {
                budget = Integer.MAX_VALUE;
                list = skip(list, zone, units + mask);
            }
        }
        return NO_SPACE;
    }

    /** The list below those whose blocks have at least {@code sure} units, or {@code list} if there are none ahead. */
    private int skip(int list, int zone, int sure) {
        if (sure <= 0) { // past 2^31
            return list;
        }
        int target = BinSets.list(zone, sure);
        return target > list && bins.above(target) >= 0 ? target : list;
    }

    private int lowest(int units, int mask, int low, int high, int edge) {
        int[] n = nodes;
        for (int block = n[ABOVE]; block != 0 && n[block + START] < high; block = n[block + ABOVE]) {
            if (n[block + TAG] < 0 && n[block + SIZE] >= units) {
                int start = n[block + START];
                int end = start + n[block + SIZE];
                int place = Fit.lowest(Math.max(start, low), Math.min(end, high), units, mask, edge);
                if (place != Fit.NONE) {
                    return take(block, place, units);
                }
            }
        }
        return NO_SPACE;
    }

    private int highest(int units, int mask, int low, int high, int edge) {
        int[] n = nodes;
        for (int block = n[BELOW]; block != 0 && n[block + START] + n[block + SIZE] > low; block = n[block + BELOW]) {
            if (n[block + TAG] < 0 && n[block + SIZE] >= units) {
                int start = n[block + START];
                int end = start + n[block + SIZE];
                int place = Fit.highest(Math.max(start, low), Math.min(end, high), units, mask, edge);
                if (place != Fit.NONE) {
                    return take(block, place, units);
                }
            }
        }
        return NO_SPACE;
    }

    /** The block that holds a unit of the region, from the last one that was looked for in either direction. */
    private int find(int at) {
        int[] n = nodes;
        int block = rover;
        if (block == 0 || n[block + BIN] == Node.UNUSED) {
            block = n[ABOVE];
        }
        while (n[block + START] > at) {
            block = n[block + BELOW];
        }
        while (at - n[block + START] >= n[block + SIZE]) {
            block = n[block + ABOVE];
        }
        rover = block;
        return block;
    }

    // ------------------------------------------------------------------ change

    /**
     * Makes a range live inside a free block that has it. What remains keeps the node of the block, so a large block
     * that is used up from one end seldom changes its bin.
     */
    private int take(int block, int at, int units) {
        int[] n = nodes;
        int start = n[block + START];
        int rest = n[block + SIZE] - units;
        if (rest == 0) {
            bins.remove(n, block);
            freeBlocks--;
            freeUnits -= units;
            return give(n, block);
        }
        if (used > n.length - 2 * INTS && !roomForTwo()) {
            return FULL;
        }
        n = nodes;
        freeUnits -= units;
        int range = node(n);
        n[range + START] = at;
        n[range + SIZE] = units;
        n[range + BIN] = 0;
        if (at == start) {
            linkBelow(n, range, block);
            n[block + START] = at + units;
            resize(n, block, at + units, rest);
            return give(n, range);
        }
        int front = at - start;
        linkAbove(n, range, block);
        resize(n, block, start, front);
        if (rest != front) {
            int back = node(n);
            n[back + START] = at + units;
            n[back + SIZE] = rest - front;
            linkAbove(n, back, range);
            bins.insert(n, back, listOf(at + units, rest - front));
            freeBlocks++;
        }
        return give(n, range);
    }

    private void release(int block, int handle) {
        int[] n = nodes;
        if (handle < 0 || block >= used || n[block + TAG] != handle) {
            throw badHandle(handle);
        }
        n[block + TAG] = ~handle;
        int start = n[block + START];
        int size = n[block + SIZE];
        int below = n[block + BELOW];
        int above = n[block + ABOVE];
        freeUnits += size;
        if (n[above + TAG] < 0) {
            size += n[above + SIZE];
            rover = n[below + TAG] < 0 ? below : above;
            if (n[below + TAG] < 0) {
                bins.remove(n, above);
                int over = n[above + ABOVE];
                freeBlocks--;
                drop(n, above);
                drop(n, block);
                n[below + ABOVE] = over;
                n[over + BELOW] = below;
                resize(n, below, n[below + START], size + n[below + SIZE]);
            } else {
                drop(n, block);
                n[below + ABOVE] = above;
                n[above + BELOW] = below;
                n[above + START] = start;
                resize(n, above, start, size);
            }
        } else if (n[below + TAG] < 0) {
            rover = below;
            drop(n, block);
            n[below + ABOVE] = above;
            n[above + BELOW] = below;
            resize(n, below, n[below + START], size + n[below + SIZE]);
        } else {
            rover = block;
            freeBlocks++;
            bins.insert(n, block, listOf(start, size));
        }
    }

    /** A free block got another size or start: moves it to the bin it now belongs to. */
    private void resize(int[] n, int block, int start, int size) {
        n[block + SIZE] = size;
        int list = listOf(start, size);
        if (list != n[block + BIN]) {
            bins.remove(n, block);
            bins.insert(n, block, list);
        }
    }

    private static int give(int[] n, int block) {
        int handle = ~n[block + TAG] + GENERATION & Integer.MAX_VALUE;
        n[block + TAG] = handle;
        return handle;
    }

    private static void linkBelow(int[] n, int block, int above) {
        int below = n[above + BELOW];
        n[block + BELOW] = below;
        n[block + ABOVE] = above;
        n[below + ABOVE] = block;
        n[above + BELOW] = block;
    }

    private static void linkAbove(int[] n, int block, int below) {
        int above = n[below + ABOVE];
        n[block + BELOW] = below;
        n[block + ABOVE] = above;
        n[below + ABOVE] = block;
        n[above + BELOW] = block;
    }

    // ------------------------------------------------------------------ pool

    /** A node that is nobody's; there must be one. */
    private int node(int[] n) {
        int node = spare;
        if (node != 0) {
            spare = n[node + NEXT];
            return node;
        }
        node = used;
        used = node + INTS;
        n[node + TAG] = ~(node >>> Node.SHIFT);
        return node;
    }

    private void drop(int[] n, int node) {
        n[node + BIN] = Node.UNUSED;
        n[node + NEXT] = spare;
        spare = node;
    }

    /** Whether two nodes can be had, after the pool grew if need be. */
    private boolean roomForTwo() {
        int fresh = nodes.length - used >>> Node.SHIFT;
        if (spare != 0 && (fresh > 0 || nodes[spare + NEXT] != 0)) {
            return true;
        }
        return grow();
    }

    /** By a quarter: what stands ready is less than what is in use, and copying it stays a few nanoseconds a block. */
    private boolean grow() {
        long more = Math.max(FIRST_NODES << Node.SHIFT, nodes.length / 4 & -INTS);
        int length = (int) Math.min(nodes.length + more, (long) Node.MAX_NODES << Node.SHIFT);
        if (length == nodes.length) {
            return false;
        }
        nodes = Arrays.copyOf(nodes, length);
        return true;
    }

    // ------------------------------------------------------------------ arguments

    private int listOf(int start, int size) {
        return BinSets.list(zoneOf(start), size);
    }

    private int zoneOf(int unit) {
        int[] tops = zoneTops;
        int zone = 0;
        while (zone < tops.length - 1 && unit >= tops[zone]) {
            zone++;
        }
        return zone;
    }

    private int mask(long align) {
        return (int) (Math.min(Math.max(align >>> shift, 1), WIDEST) - 1);
    }

    private int unitOf(long offset) {
        if (offset < base() || offset >= base() + size() || (offset & (1L << shift) - 1) != 0) {
            throw new IllegalArgumentException("offset " + offset + " is not at a granule of " + this);
        }
        return (int) (offset >>> shift);
    }

    private int live(int handle) {
        if (!isLive(handle)) {
            throw badHandle(handle);
        }
        return (handle & INDEX_MASK) << Node.SHIFT;
    }

    private IllegalArgumentException badHandle(int handle) {
        return new IllegalArgumentException("handle " + handle + " is not live in " + this
            + ": freed before, or from another allocator");
    }

    private static IllegalArgumentException badRequest(long size, long align, long low, long high, long boundary) {
        return new IllegalArgumentException("size " + size + " must be positive, alignment " + align
            + " a power of two, window " + low + "-" + high + " not negative, boundary " + boundary
            + " 0 or a power of two");
    }
}
