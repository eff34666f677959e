package sharebuf.range;

/**
 * Size classes: which bin a size belongs to. Immutable arithmetic, no state.
 *
 * <p>Each power of two is cut into 32 bins of equal width; the sizes below 64 have a bin of their own.
 *
 * <pre>
 *   size   1  2 … 63 | 64-65  66-67 … 126-127 | 128-131 …        | …  2^31-1
 *   bin    1  2 … 63 |    64     65 …      95 |      96 …  127   | …     863
 *   width  1         |     2                  |       4          |     2^25
 * </pre>
 *
 * <p>A bin is never wider than 1/32 of the sizes in it, so "any block of the next bin" wastes 3 % at most.
 */
final class Bins {

    /** Bins of one power of two, as a shift. */
    static final int SECOND_LEVEL_BITS = 5;

    /** Bins below this one are for one size each. */
    static final int EXACT = 2 << SECOND_LEVEL_BITS;

    /** Bins in use. */
    static final int COUNT = 864;

    private Bins() {
    }

    /** The bin of a size of 1 … 2^31-1 units. */
    static int of(int size) {
        int shift = Math.max(0, Integer.SIZE - 1 - SECOND_LEVEL_BITS - Integer.numberOfLeadingZeros(size));
        return (shift << SECOND_LEVEL_BITS) + (size >>> shift);
    }

    /** The smallest size in a bin. */
    static int smallest(int bin) {
        int shift = Math.max(0, (bin >>> SECOND_LEVEL_BITS) - 1);
        return bin - (shift << SECOND_LEVEL_BITS) << shift;
    }
}
