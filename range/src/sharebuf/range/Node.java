package sharebuf.range;

/**
 * Layout of one node in the pool: eight ints, 32 bytes, half a cache line, so that a block and everything about it costs
 * one line.
 *
 * <pre>
 *   +0      +1      +2      +3      +4      +5      +6      +7
 *   START   SIZE    BELOW   ABOVE   TAG     BIN     NEXT    PREV
 *   units   units   neighbours      handle  only while the block is free
 * </pre>
 *
 * <p>A link is the <em>place</em> of a node in the array (its number times eight), which saves the shift on every step of
 * a walk. Node 0 is the sentinel: it closes the ring of neighbours and ends every list, and it never looks free.
 */
final class Node {

    /** First granule of the block, counted from address 0. */
    static final int START = 0;

    /** Granules in the block. */
    static final int SIZE = 1;

    /** The block that ends where this one starts. */
    static final int BELOW = 2;

    /** The block that starts where this one ends. */
    static final int ABOVE = 3;

    /** The handle while the block is live, the complement of the last handle otherwise: a sign test tells them apart. */
    static final int TAG = 4;

    /** Number of the bin list that holds the free block; {@link #UNUSED} for a node that is no block at all. */
    static final int BIN = 5;

    /** Next in the bin list, or next spare node. */
    static final int NEXT = 6;

    /** Previous in the bin list, 0 at its head. */
    static final int PREV = 7;

    /** Ints in a node, as a shift. */
    static final int SHIFT = 3;

    /** Ints in a node. */
    static final int INTS = 1 << SHIFT;

    /** {@link #BIN} of a spare node. */
    static final int UNUSED = -1;

    /** Bits of a handle that say which node; the bits above count how often that node was given out. */
    static final int INDEX_BITS = 24;

    /** Mask of {@link #INDEX_BITS}. */
    static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

    /** One step of the count in a handle. */
    static final int GENERATION = 1 << INDEX_BITS;

    /** Tag of the sentinel: positive, so it is not free, and with a node number that is never given out. */
    static final int SENTINEL_TAG = Integer.MAX_VALUE;

    /** Most nodes in a pool; the number with all bits set belongs to the sentinel's tag. */
    static final int MAX_NODES = INDEX_MASK;

    private Node() {
    }
}
