package sharebuf.memory;

import java.util.Objects;

/**
 * A piece of a region.
 *
 * <p>Immutable. In a granted region the offset is a number that the platform gave and means nothing else.
 *
 * @param region the region it lies in
 * @param offset from the region's start, in bytes, at least 0
 * @param size in bytes, at least 1
 */
public record Extent(RegionId region, long offset, long size) {
    /** Checks the bounds. */
    public Extent {
        Objects.requireNonNull(region, "region");
        if (offset < 0 || size < 1) {
            throw new IllegalArgumentException("extent of " + region + " at offset " + offset + " of " + size + " bytes: offset >= 0, size >= 1");
        }
        Math.addExact(offset, size);
    }

    /**
     * The end.
     *
     * @return offset of the first byte behind it
     */
    public long end() {
        return offset + size;
    }

    @Override
    public String toString() {
        return region + "[0x" + Long.toHexString(offset) + "+0x" + Long.toHexString(size) + "]";
    }
}
