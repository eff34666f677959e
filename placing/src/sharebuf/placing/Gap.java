package sharebuf.placing;

/**
 * A stretch of a region: free, or chosen for an object.
 *
 * <p>Immutable.
 *
 * @param offset from the region's start, in bytes, a multiple of the granule
 * @param size in bytes, a multiple of the granule
 */
public record Gap(long offset, long size) {
    /**
     * The end.
     *
     * @return offset of the first byte behind it
     */
    public long end() {
        return offset + size;
    }
}
