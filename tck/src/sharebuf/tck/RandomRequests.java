package sharebuf.tck;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;

/** Requests of every kind, from a seed. Not thread-safe. */
public final class RandomRequests {
    private final Random random;
    private final MemoryRegion region;
    private final int granules;

    /**
     * Requests for a region.
     *
     * @param random the source; whoever makes it prints its seed
     * @param region the region
     */
    public RandomRequests(Random random, MemoryRegion region) {
        this.random = random;
        this.region = region;
        granules = Math.toIntExact(region.size() / region.granule());
    }

    /**
     * An object that may lie anywhere.
     *
     * @param size in bytes
     * @param attributes its attributes
     * @return the request
     */
    public static Request plain(long size, DmaAttribute... attributes) {
        return of(size, MemoryConstraints.NONE, attributes);
    }

    /**
     * An object with constraints.
     *
     * @param size in bytes
     * @param constraints what its memory must be
     * @param attributes its attributes
     * @return the request
     */
    public static Request of(long size, MemoryConstraints constraints, DmaAttribute... attributes) {
        return new Request("tck", BufferSpec.bytes(size), 0, size, constraints, attributes.length == 0 ? Set.of() : EnumSet.of(attributes[0], attributes));
    }

    /**
     * An object for up to three uses.
     *
     * @param mostGranules its largest size
     * @return the request
     */
    public Request next(int mostGranules) {
        MemoryConstraints constraints = MemoryConstraints.NONE;
        for (int uses = random.nextInt(4); uses > 0; uses--) {
            constraints = constraints.merge(MemoryConstraints.direct(new UseId("device" + uses, "dma"), device()));
        }
        long size = (1 + random.nextInt(mostGranules)) * region.granule() - random.nextLong(region.granule());
        return random.nextInt(8) == 0 ? of(size, constraints, DmaAttribute.CONTIGUOUS) : of(size, constraints);
    }

    private DmaConstraints device() {
        DmaConstraints.Builder dma = DmaConstraints.builder();
        if (random.nextInt(3) == 0) {
            dma.align(region.granule() << random.nextInt(5));
        }
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> mask(dma);
            case 3, 4, 5 -> window(dma);
            case 6 -> swapped(dma);
            default -> {
                // Reaches everything.
            }
        }
        if (random.nextInt(2) == 0) {
            dma.segments(limits());
        }
        return dma.build();
    }

    private void mask(DmaConstraints.Builder dma) {
        long highest = region.base() + (1 + random.nextInt(granules)) * region.granule() - 1 - random.nextInt(3);
        if (highest != 0) {
            dma.mask(highest);
        }
    }

    /** One window whose bus addresses are others than the CPU's. */
    private void window(DmaConstraints.Builder dma) {
        int first = random.nextInt(granules);
        int count = 1 + random.nextInt(granules - first);
        dma.range(new DmaRange(random.nextInt(64) * region.granule(), region.base() + first * region.granule(), count * region.granule()));
    }

    /** Two windows, the upper half of the region below the lower one on the bus. */
    private void swapped(DmaConstraints.Builder dma) {
        int cut = 1 + random.nextInt(Math.max(1, granules - 1));
        long bus = random.nextInt(16) * region.granule();
        long lower = cut * region.granule();
        long upper = region.size() - lower;
        if (upper > 0) {
            dma.range(new DmaRange(bus, region.base() + lower, upper));
            dma.range(new DmaRange(bus + upper + random.nextInt(2) * region.granule(), region.base(), lower));
        }
    }

    private SegmentLimits limits() {
        List<Long> sizes = List.of(region.granule(), 2 * region.granule(), 3 * region.granule(), region.granule() * 3 / 2, region.granule() / 2, Long.MAX_VALUE, Long.MAX_VALUE);
        long most = Math.max(1, sizes.get(random.nextInt(sizes.size())));
        long boundary = random.nextInt(2) == 0 ? 0 : region.granule() << random.nextInt(4);
        return new SegmentLimits(1 + random.nextInt(8), most, boundary);
    }
}
