package sharebuf.mapping;

import java.util.ArrayList;
import java.util.List;
import sharebuf.memory.SegmentRule;

/**
 * Lines of a plane as a device sees them through hardware that shows memory in another order: as many of some bytes each, a pitch apart. What lies between them
 * belongs to others. For a device that is programmed with a pitch they are one segment.
 *
 * <p>Immutable.
 *
 * @param dma first address of the first line, unsigned
 * @param size bytes of a line, at least 1
 * @param count how many lines, at least 1
 * @param pitch from one line to the next, at least {@code size}; of no meaning with one line
 */
public record Lines(long dma, long size, int count, long pitch) {
    /** Checks the bounds. */
    public Lines {
        if (size < 1 || count < 1 || count > 1 && pitch < size) {
            throw new IllegalArgumentException(count + " lines of " + size + " bytes, " + pitch + " apart: at least one of at least 1 byte, the pitch at least that");
        }
        if (count > 1) {
            Math.multiplyExact(pitch, (long) count);
        }
    }

    /**
     * One line.
     *
     * @param dma its first address, unsigned
     * @param size in bytes, at least 1
     */
    public Lines(long dma, long size) {
        this(dma, size, 1, size);
    }

    /**
     * Bytes of all lines.
     *
     * @return the sum
     */
    public long bytes() {
        return size * count;
    }

    /**
     * Each line by itself.
     *
     * @return in order
     */
    public List<SegmentRule.Segment> segments() {
        List<SegmentRule.Segment> each = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            each.add(new SegmentRule.Segment(dma + i * pitch, size));
        }
        return each;
    }
}
