package sharebuf.slots;

import java.util.Arrays;

/**
 * Which slots are taken: a row is 256 bits in four longs, columns that a narrower container does not have count as taken.
 *
 * <p>A rectangle fits at a row y where the OR of its h rows has w clear bits in line. The ORs slide: for each block of h rows the ORs of its ends are
 * made once, and each window is one of them with the beginning of the next block, so a row costs three ORs whatever h is. A window whose clear bits
 * were all clear in the window before it needs no look, for that one did not fit.
 *
 * <p>Not thread-safe. Searches allocate nothing.
 */
final class Grid {
    /** The widest container. */
    static final int MAX_WIDTH = 256;
    /** The highest container. */
    static final int MAX_HEIGHT = 4096;
    /** No place. */
    static final int NONE = -1;
    private static final int WORDS = 4;

    final int width;
    final int height;
    private final long[] rows;
    /** ORs of the ends of a block: row i of it to its last. */
    private final long[] ends;
    private final Runs runs = new Runs();

    Grid(int width, int height) {
        if (width < 1 || width > MAX_WIDTH || height < 1 || height > MAX_HEIGHT) {
            throw new IllegalArgumentException("container " + width + "x" + height + ": allowed are 1x1 to " + MAX_WIDTH + "x" + MAX_HEIGHT + " slots");
        }
        this.width = width;
        this.height = height;
        rows = new long[height * WORDS];
        ends = new long[height * WORDS];
        clear();
    }

    /** Every slot is free. */
    void clear() {
        Arrays.fill(rows, 0);
        for (int y = 0; y < height && width < MAX_WIDTH; y++) {
            mark(y, width, MAX_WIDTH - width, true);
        }
    }

    /** Makes this what another of the same size is. */
    void copy(Grid other) {
        System.arraycopy(other.rows, 0, rows, 0, rows.length);
    }

    /** Takes the slots of an area, which must lie inside, or gives them back. */
    void mark(int x, int y, int w, int h, boolean taken) {
        for (int row = y; row < y + h; row++) {
            mark(row, x, w, taken);
        }
    }

    void mark(Area area, boolean taken) {
        mark(area.x(), area.y(), area.width(), area.height(), taken);
    }

    private void mark(int row, int x, int w, boolean taken) {
        int last = x + w - 1;
        for (int word = x >> 6; word <= last >> 6; word++) {
            int from = Math.max(x - (word << 6), 0);
            int to = Math.min(last - (word << 6), Long.SIZE - 1);
            long bits = -1L >>> Long.SIZE - 1 - to + from << from;
            rows[row * WORDS + word] = taken ? rows[row * WORDS + word] | bits : rows[row * WORDS + word] & ~bits;
        }
    }

    /** Whether a slot is taken; what lies outside is. */
    boolean taken(int x, int y) {
        return x < 0 || y < 0 || x >= width || y >= height || (rows[y * WORDS + (x >> 6)] >>> x & 1) != 0;
    }

    /** Whether all slots of an area are free; it must lie inside. */
    boolean free(Area area) {
        for (int y = area.y(); y < area.y() + area.height(); y++) {
            if (countTaken(area.x(), area.width(), y) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The first place in the order of a raster: rows from the top, columns from the left.
     *
     * @param align the column is a multiple of it, a power of two up to 64
     * @return row * 256 + column, or {@link #NONE}
     */
    int firstFit(int w, int h, int align) {
        return search(w, h, align, null);
    }

    /**
     * Of the places with no free place next to them on the left or on the right, the one where most of the border touches what is taken, the container's
     * border included; the first in raster order among equals. A place between two free ones may touch more above and below; looking at all of
     * them costs more than it gives.
     *
     * @return row * 256 + column, or {@link #NONE}
     */
    int bestContact(int w, int h, int align) {
        Best best = new Best();
        search(w, h, align, best);
        return best.place;
    }

    private static final class Best {
        int place = NONE;
        int score = -1;
    }

    /** The first place, or with {@code best} none but the best of all. */
    private int search(int w, int h, int align, Best best) {
        if (w > width || h > height) {
            return NONE;
        }
        long aligned = multiples(align);
        long p0 = 0;
        long p1 = 0;
        long p2 = 0;
        long p3 = 0;
        for (int block = 0; block + h <= height; block += h) {
            gatherEnds(block, h);
            long b0 = 0;
            long b1 = 0;
            long b2 = 0;
            long b3 = 0;
            int starts = Math.min(h, height - h - block + 1);
            for (int i = 0; i < starts; i++) {
                if (i > 0) {
                    int row = (block + h + i - 1) * WORDS;
                    b0 |= rows[row];
                    b1 |= rows[row + 1];
                    b2 |= rows[row + 2];
                    b3 |= rows[row + 3];
                }
                int end = i * WORDS;
                long f0 = ~(ends[end] | b0);
                long f1 = ~(ends[end + 1] | b1);
                long f2 = ~(ends[end + 2] | b2);
                long f3 = ~(ends[end + 3] | b3);
                boolean fresh = best != null || (f0 & ~p0 | f1 & ~p1 | f2 & ~p2 | f3 & ~p3) != 0;
                p0 = f0;
                p1 = f1;
                p2 = f2;
                p3 = f3;
                if (fresh && runs.of(f0, f1, f2, f3, w, aligned)) {
                    if (best == null) {
                        return (block + i) * MAX_WIDTH + runs.first();
                    }
                    score(block + i, w, h, align, best);
                }
            }
        }
        return NONE;
    }

    private void gatherEnds(int block, int h) {
        long e0 = 0;
        long e1 = 0;
        long e2 = 0;
        long e3 = 0;
        for (int i = h - 1; i >= 0; i--) {
            int row = (block + i) * WORDS;
            int end = i * WORDS;
            ends[end] = e0 |= rows[row];
            ends[end + 1] = e1 |= rows[row + 1];
            ends[end + 2] = e2 |= rows[row + 2];
            ends[end + 3] = e3 |= rows[row + 3];
        }
    }

    /** Scores both ends of each run of places in a row: between them nothing touches at the sides. */
    private void score(int y, int w, int h, int align, Best best) {
        for (int x = runs.next(0); x >= 0; x = runs.next(x + 1)) {
            if (x >= align && x + align < MAX_WIDTH && runs.has(x - align) && runs.has(x + align)) {
                continue;
            }
            int score = contact(x, y, w, h);
            if (score > best.score) {
                best.score = score;
                best.place = y * MAX_WIDTH + x;
            }
        }
    }

    private int contact(int x, int y, int w, int h) {
        int touching = (y == 0 ? w : countTaken(x, w, y - 1)) + (y + h == height ? w : countTaken(x, w, y + h));
        for (int row = y; row < y + h; row++) {
            touching += (taken(x - 1, row) ? 1 : 0) + (taken(x + w, row) ? 1 : 0);
        }
        return touching;
    }

    private int countTaken(int x, int w, int row) {
        int last = x + w - 1;
        int count = 0;
        for (int word = x >> 6; word <= last >> 6; word++) {
            int from = Math.max(x - (word << 6), 0);
            int to = Math.min(last - (word << 6), Long.SIZE - 1);
            count += Long.bitCount(rows[row * WORDS + word] & -1L >>> Long.SIZE - 1 - to + from << from);
        }
        return count;
    }

    private static long multiples(int align) {
        if (align < 1 || align > Long.SIZE || Integer.bitCount(align) != 1) {
            throw new IllegalArgumentException("alignment of " + align + " slots: allowed are powers of two up to " + Long.SIZE);
        }
        long bits = 1;
        for (int step = align; step < Long.SIZE; step *= 2) {
            bits |= bits << step;
        }
        return bits;
    }
}
