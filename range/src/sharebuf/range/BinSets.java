package sharebuf.range;

import static sharebuf.range.Node.BIN;
import static sharebuf.range.Node.NEXT;
import static sharebuf.range.Node.PREV;
import static sharebuf.range.Node.SIZE;
import static sharebuf.range.Node.START;

/**
 * The lists of free blocks: one set of bins for each zone, with bitmaps that say which are not empty. Externally
 * synchronised, as its owner.
 *
 * <pre>
 *   list number   zone (4 bits) | bin (10 bits)
 *   heads         list number   -> first block, 0 for none; blocks in the list
 *   words         list number / 64   -> a bit for each list that is not empty
 *   summaries     zone   -> a bit for each word that is not zero
 * </pre>
 *
 * <p>The next larger bin that holds anything is two bit scans away. New blocks go to the front of their list.
 */
final class BinSets {

    /** A list of at most this many blocks is looked at as a whole. */
    static final int SHORT = 80;

    /** Blocks looked at in a longer list before the best so far is taken. */
    static final int SCAN = 4;

    static final int MAX_ZONES = 16;

    private static final int ZONE_SHIFT = 10;
    private static final int BIN_MASK = (1 << ZONE_SHIFT) - 1;
    private static final int WORD_SHIFT = 6;
    private static final int WORDS_SHIFT = ZONE_SHIFT - WORD_SHIFT;

    private final int[] heads;
    private final long[] words;
    private final int[] summaries;
    private final int alike;

    /**
     * Nothing in any list.
     *
     * @param zones how many
     * @param alike of blocks of one size, which differ by where they lie only, so many are looked at for the lowest; at most {@link #SHORT}
     */
    BinSets(int zones, int alike) {
        this.alike = alike;
        heads = new int[zones << ZONE_SHIFT + 1];
        words = new long[zones << WORDS_SHIFT];
        summaries = new int[zones];
    }

    /** The list for blocks of a size in a zone. */
    static int list(int zone, int size) {
        return zone << ZONE_SHIFT | Bins.of(size);
    }

    static int zoneOf(int list) {
        return list >>> ZONE_SHIFT;
    }

    /** The first block of a list, 0 if it is empty. */
    int first(int list) {
        return heads[2 * list];
    }

    /** Blocks in a list. */
    int count(int list) {
        return heads[2 * list + 1];
    }

    /** How many blocks of a list are worth a look. */
    int scan(int list) {
        return heads[2 * list + 1] > SHORT ? SCAN : (list & BIN_MASK) < Bins.EXACT ? alike : SHORT;
    }

    void insert(int[] n, int block, int list) {
        int head = heads[2 * list];
        heads[2 * list] = block;
        heads[2 * list + 1]++;
        n[block + BIN] = list;
        n[block + NEXT] = head;
        n[block + PREV] = 0;
        n[head + PREV] = block; // with no head this lands in the sentinel, where nobody looks
        if (head == 0) {
            words[list >>> WORD_SHIFT] |= 1L << list;
            summaries[list >>> ZONE_SHIFT] |= 1 << (list >>> WORD_SHIFT & 15);
        }
    }

    void remove(int[] n, int block) {
        int next = n[block + NEXT];
        int prev = n[block + PREV];
        int list = n[block + BIN];
        heads[2 * list + 1]--;
        n[next + PREV] = prev;
        if (prev != 0) {
            n[prev + NEXT] = next;
            return;
        }
        heads[2 * list] = next;
        if (next == 0) {
            int word = list >>> WORD_SHIFT;
            long left = words[word] & ~(1L << list);
            words[word] = left;
            if (left == 0) {
                summaries[list >>> ZONE_SHIFT] &= ~(1 << (word & 15));
            }
        }
    }

    /** The next list of the same zone above this one that is not empty, or -1. */
    int above(int list) {
        int word = list >>> WORD_SHIFT;
        long bits = words[word] & -2L << list;
        if (bits == 0) {
            int zone = list >>> ZONE_SHIFT;
            int rest = summaries[zone] & -2 << (word & 15);
            if (rest == 0) {
                return -1;
            }
            word = zone << WORDS_SHIFT | Integer.numberOfTrailingZeros(rest);
            bits = words[word];
        }
        return word << WORD_SHIFT | Long.numberOfTrailingZeros(bits);
    }

    /** The highest list of a zone that is not empty, or -1. */
    int highest(int zone) {
        int summary = summaries[zone];
        if (summary == 0) {
            return -1;
        }
        int word = zone << WORDS_SHIFT | Integer.SIZE - 1 - Integer.numberOfLeadingZeros(summary);
        return word << WORD_SHIFT | Long.SIZE - 1 - Long.numberOfLeadingZeros(words[word]);
    }

    /**
     * A block of the zone with at least {@code units}, 0 if there is none: the best of the own bin, else the best of the
     * next bin that is not empty, else whatever is left at the end of the own bin.
     */
    int smallest(int[] n, int zone, int units) {
        int own = list(zone, units);
        int head = heads[2 * own];
        if (head != 0) {
            int block = best(n, head, units, scan(own));
            if (block != 0) {
                return block;
            }
        }
        int larger = above(own);
        if (larger >= 0) {
            return best(n, heads[2 * larger], units, scan(larger));
        }
        return head == 0 ? 0 : best(n, head, units, Integer.MAX_VALUE);
    }

    /** The smallest of the first {@code scan} blocks of a list that holds {@code units}, the lowest on a tie. */
    private static int best(int[] n, int head, int units, int scan) {
        int best = 0;
        int bestSize = Integer.MAX_VALUE;
        int bestStart = Integer.MAX_VALUE;
        int block = head;
        do {
            int size = n[block + SIZE];
            if (size >= units && size <= bestSize) {
                int start = n[block + START];
                if (size < bestSize || start < bestStart) {
                    best = block;
                    bestSize = size;
                    bestStart = start;
                }
            }
            block = n[block + NEXT];
        } while (block != 0 && --scan != 0);
        return best;
    }

    long bytes() {
        return 4L * heads.length + 8L * words.length + 4L * summaries.length;
    }
}
