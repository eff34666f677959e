package sharebuf.device;

/**
 * What a device can do with a scatter list; the kernel's {@code device_dma_parameters} and vb2's sg limits.
 *
 * <p>Immutable.
 *
 * @param maxCount most segments of one object, at least 1; 1 means contiguous
 * @param maxSize most bytes of one segment, at least 1; {@link Long#MAX_VALUE} for no limit
 * @param boundary a power of two whose multiples no segment may cross, in bytes; 0 for none
 */
public record SegmentLimits(int maxCount, long maxSize, long boundary) implements Comparable<SegmentLimits> {
    /** Any number of segments of any size. */
    public static final SegmentLimits NONE = new SegmentLimits(Integer.MAX_VALUE, Long.MAX_VALUE, 0);
    /** One segment. */
    public static final SegmentLimits CONTIGUOUS = new SegmentLimits(1, Long.MAX_VALUE, 0);

    /** Checks the bounds. */
    public SegmentLimits {
        if (maxCount < 1) {
            throw new IllegalArgumentException("maxCount " + maxCount + ": at least 1");
        }
        if (maxSize < 1) {
            throw new IllegalArgumentException("maxSize " + maxSize + ": at least 1");
        }
        if (boundary < 0 || boundary != 0 && Long.bitCount(boundary) != 1) {
            throw new IllegalArgumentException("boundary " + boundary + ": 0 or a power of two");
        }
    }

    @Override
    public int compareTo(SegmentLimits o) {
        int c = Integer.compare(maxCount, o.maxCount);
        c = c != 0 ? c : Long.compare(maxSize, o.maxSize);
        return c != 0 ? c : Long.compare(boundary, o.boundary);
    }

    @Override
    public String toString() {
        StringBuilder s = new StringBuilder(maxCount == 1 ? "contiguous (1 segment)" : maxCount == Integer.MAX_VALUE ? "any number of segments" : "at most " + maxCount + " segments");
        if (maxSize != Long.MAX_VALUE) {
            s.append(", each at most ").append(maxSize).append(" bytes");
        }
        if (boundary != 0) {
            s.append(", none across a multiple of 0x").append(Long.toHexString(boundary));
        }
        return s.toString();
    }
}
