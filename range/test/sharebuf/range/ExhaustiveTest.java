package sharebuf.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/** Every request over every pattern of live granules in a tiny region, against trying each place. */
class ExhaustiveTest {

    private static final int GRANULES = 8;
    private static final long[] ALIGNS = {1, 2, 4, 8};
    private static final long[] BOUNDARIES = {0, 1, 2, 4, 8};

    @Test
    void shouldFindWhatThereIsAtAnyBase() {
        for (long base : new long[] {0, 3}) {
            for (int pattern = 0; pattern < 1 << GRANULES; pattern++) {
                tryAllRequests(base, pattern, new long[0]);
            }
        }
    }

    @Test
    void shouldFindWhatThereIsWithZones() {
        for (int pattern = 0; pattern < 1 << GRANULES; pattern++) {
            tryAllRequests(2, pattern, new long[] {4, 7});
        }
    }

    private static void tryAllRequests(long base, int pattern, long[] limits) {
        ReferenceModel model = new ReferenceModel(base, GRANULES, 1);
        RangeAllocator ranges = new RangeAllocator(base, GRANULES, 1, limits);
        for (int i = 0; i < GRANULES; i++) {
            if ((pattern >> i & 1) != 0) {
                model.take(base + i, 1);
                ranges.claim(base + i, 1);
            }
        }
        ranges.check();
        int freeBlocks = ranges.freeBlocks();
        for (long size = 1; size <= GRANULES + 1; size++) {
            for (long align : ALIGNS) {
                for (long low = 0; low <= base + GRANULES; low++) {
                    for (long high = low; high <= base + GRANULES + 1; high++) {
                        for (long boundary : BOUNDARIES) {
                            tryRequest(model, ranges, size, align, low, high, boundary, limits.length == 0);
                        }
                    }
                }
            }
        }
        ranges.check();
        assertEquals(freeBlocks, ranges.freeBlocks());
    }

    private static void tryRequest(ReferenceModel model, RangeAllocator ranges, long size, long align, long low,
        long high, long boundary, boolean oneZone) {
        long lowest = model.lowest(size, align, low, high, boundary);
        long highest = model.highest(size, align, low, high, boundary);
        String request = "size " + size + " align " + align + " window " + low + "-" + high + " boundary " + boundary
            + " live " + model.live();
        tryPlacement(ranges, Placement.LOWEST, lowest, request, size, align, low, high, boundary);
        tryPlacement(ranges, Placement.HIGHEST, highest, request, size, align, low, high, boundary);
        int handle = ranges.allocate(size, align, low, high, boundary, Placement.BEST_FIT);
        if (handle < 0) {
            if (lowest >= 0) {
                fail("no place, but there is one at " + lowest + ": " + request);
            }
        } else {
            long offset = ranges.offset(handle);
            if (!model.allows(offset, size, align, low, high, boundary)) {
                fail("wrong place " + offset + ": " + request);
            }
            if (oneZone && model.blockAround(offset) != model.smallestBlock(size, align, low, high, boundary)) {
                fail("not the smallest block " + offset + ": " + request);
            }
            ranges.free(handle);
        }
        if (low == 0 && boundary == 0) {
            int plain = ranges.allocate(size, align, high);
            if (plain < 0 != lowest < 0) {
                fail("answer " + plain + " of the short form: " + request);
            }
            if (plain >= 0) {
                ranges.free(plain);
            }
        }
    }

    private static void tryPlacement(RangeAllocator ranges, Placement placement, long expected, String request,
        long size, long align, long low, long high, long boundary) {
        int handle = ranges.allocate(size, align, low, high, boundary, placement);
        long got = handle < 0 ? -1 : ranges.offset(handle);
        if (got != expected) {
            fail(placement + " gave " + got + ", not " + expected + ": " + request);
        }
        if (handle >= 0) {
            ranges.free(handle);
        }
    }
}
