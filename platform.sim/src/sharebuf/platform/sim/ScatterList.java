package sharebuf.platform.sim;

/**
 * What a driver programs into its device for one object: segments that cover its bytes in order.
 *
 * <p>Immutable; nobody writes the arrays.
 *
 * @param dma first address of each segment, unsigned
 * @param size bytes of each segment
 * @param total bytes of all
 */
record ScatterList(long[] dma, long[] size, long total) {
}
