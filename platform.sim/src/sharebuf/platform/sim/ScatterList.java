package sharebuf.platform.sim;

import java.util.Arrays;

/**
 * What a driver programs into its device for one object: segments that cover its bytes in order.
 *
 * <p>Immutable; nobody writes the arrays.
 *
 * @param dma first address of each segment, unsigned
 * @param start offset of each segment in the object
 * @param total bytes of all
 */
record ScatterList(long[] dma, long[] start, long total) {
    /** The segment that holds a byte of the object; the last one for bytes behind the end. */
    int segmentOf(long offset) {
        int found = Arrays.binarySearch(start, offset);
        return found >= 0 ? found : -found - 2;
    }

    /** Offset of the first byte behind a segment. */
    long end(int segment) {
        return segment + 1 < start.length ? start[segment + 1] : total;
    }
}
