package sharebuf.bench;

import java.util.Arrays;

/**
 * Yardstick: good fit without any search, the plan of the fastest range allocators. Free blocks lie in lists by size class, eight classes
 * to a power of two; a request takes the first block of the first class in which every block is large enough.
 *
 * <p>Steps: round the size up to a class, find the next class that has a block (two bitmaps, one bit a class and one a word of those), take
 * the head of its list, give the rest back as a block of its own; freeing joins a block with its neighbours. No step looks at two blocks
 * of a list, so it wastes what best fit saves. Alignment beyond the granule is had by asking for more; limits are not known.
 */
final class GoodFit implements Subject {
    private static final int MANTISSA = 3;
    private static final int NONE = -1;

    private final int shift;
    private final int total;
    private final int[] heads = new int[256];
    private final long[] filled = new long[4];
    private int words;

    // Blocks; free and live ones form one list in address order, free ones a list for each class.
    private int[] start = new int[1024];
    private int[] size = new int[1024];
    private int[] below = new int[1024];
    private int[] above = new int[1024];
    private int[] previous = new int[1024];
    private int[] next = new int[1024];
    private boolean[] live = new boolean[1024];
    private int blocks;
    private int spare = NONE;
    private final int[] blockOf;

    GoodFit(Trace trace) {
        shift = Long.numberOfTrailingZeros(trace.granule);
        total = (int) (trace.region >>> shift);
        Arrays.fill(heads, NONE);
        blockOf = new int[trace.ids];
        Arrays.fill(blockOf, NONE);
        insert(block(0, total, NONE, NONE));
    }

    /** The class of a free block: none of its requests is larger. */
    private static int floor(int units) {
        if (units < 1 << MANTISSA) {
            return units;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(units) - MANTISSA;
        return (exponent + 1 << MANTISSA) + (units >>> exponent) - (1 << MANTISSA);
    }

    /** The first class of which every block has so many units. */
    private static int ceiling(int units) {
        int floor = floor(units);
        int exponent = Math.max(0, (floor >>> MANTISSA) - 1);
        return (units & (1 << exponent) - 1) == 0 ? floor : floor + 1;
    }

    @Override
    public long take(int id, long bytes, long align, long limit) {
        int units = (int) ((bytes - 1 >>> shift) + 1);
        int more = (int) Math.max(0, (align >>> shift) - 1);
        int block = find(ceiling(units + more));
        if (block == NONE) {
            return -1;
        }
        remove(block);
        int at = start[block] + more & -(more + 1);
        int front = at - start[block];
        int rest = size[block] - front - units;
        if (front > 0) {
            int head = block(start[block], front, below[block], block);
            join(head, block);
            insert(head);
        }
        start[block] = at;
        size[block] = units;
        live[block] = true;
        if (rest > 0) {
            int tail = block(at + units, rest, block, above[block]);
            join(block, tail);
            insert(tail);
        }
        blockOf[id] = block;
        return (long) at << shift;
    }

    @Override
    public void give(int id) {
        int block = blockOf[id];
        if (block == NONE) {
            return;
        }
        blockOf[id] = NONE;
        live[block] = false;
        int down = below[block];
        if (down != NONE && !live[down]) {
            remove(down);
            start[block] = start[down];
            size[block] += size[down];
            unlink(down, block, below[down], true);
        }
        int up = above[block];
        if (up != NONE && !live[up]) {
            remove(up);
            size[block] += size[up];
            unlink(up, block, above[up], false);
        }
        insert(block);
    }

    private int find(int from) {
        int word = from >>> 6;
        long hit = word < filled.length ? filled[word] & -1L << from : 0;
        if (hit == 0) {
            int later = word + 1 < filled.length ? words & -1 << word + 1 : 0;
            if (later == 0) {
                return NONE;
            }
            word = Integer.numberOfTrailingZeros(later);
            hit = filled[word];
        }
        return heads[(word << 6) + Long.numberOfTrailingZeros(hit)];
    }

    private void insert(int block) {
        int list = floor(size[block]);
        int head = heads[list];
        previous[block] = NONE;
        next[block] = head;
        if (head != NONE) {
            previous[head] = block;
        } else {
            filled[list >>> 6] |= 1L << list;
            words |= 1 << (list >>> 6);
        }
        heads[list] = block;
    }

    private void remove(int block) {
        int list = floor(size[block]);
        int before = previous[block];
        int after = next[block];
        if (after != NONE) {
            previous[after] = before;
        }
        if (before != NONE) {
            next[before] = after;
            return;
        }
        heads[list] = after;
        if (after == NONE) {
            filled[list >>> 6] &= ~(1L << list);
            if (filled[list >>> 6] == 0) {
                words &= ~(1 << (list >>> 6));
            }
        }
    }

    private int block(int at, int units, int down, int up) {
        int block = spare;
        if (block != NONE) {
            spare = next[block];
        } else {
            if (blocks == start.length) {
                grow();
            }
            block = blocks++;
        }
        start[block] = at;
        size[block] = units;
        below[block] = down;
        above[block] = up;
        live[block] = false;
        return block;
    }

    /** Makes the one below and the one above know a new block between them. */
    private void join(int lower, int upper) {
        if (below[upper] != lower) {
            if (below[lower] != NONE) {
                above[below[lower]] = lower;
            }
            below[upper] = lower;
        }
        if (above[lower] != upper) {
            if (above[upper] != NONE) {
                below[above[upper]] = upper;
            }
            above[lower] = upper;
        }
    }

    private void unlink(int gone, int block, int beyond, boolean lower) {
        if (lower) {
            below[block] = beyond;
            if (beyond != NONE) {
                above[beyond] = block;
            }
        } else {
            above[block] = beyond;
            if (beyond != NONE) {
                below[beyond] = block;
            }
        }
        next[gone] = spare;
        spare = gone;
    }

    private void grow() {
        int length = 2 * start.length;
        start = Arrays.copyOf(start, length);
        size = Arrays.copyOf(size, length);
        below = Arrays.copyOf(below, length);
        above = Arrays.copyOf(above, length);
        previous = Arrays.copyOf(previous, length);
        next = Arrays.copyOf(next, length);
        live = Arrays.copyOf(live, length);
    }

    @Override
    public long largestFree() {
        int largest = 0;
        for (int list = heads.length - 1; list >= 0 && largest == 0; list--) {
            for (int block = heads[list]; block != NONE; block = next[block]) {
                largest = Math.max(largest, size[block]);
            }
        }
        return (long) largest << shift;
    }

    @Override
    public long metadataBytes() {
        return 25L * start.length + 4L * heads.length + 8L * filled.length;
    }
}
