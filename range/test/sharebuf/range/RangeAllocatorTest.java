package sharebuf.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RangeAllocatorTest {

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long GIB = 1024 * MIB;
    private static final long PAGE = 4 * KIB;

    static void assertOneHole(RangeAllocator ranges) {
        ranges.check();
        assertEquals(1, ranges.freeBlocks());
        assertEquals(ranges.size(), ranges.totalFree());
        assertEquals(ranges.size(), ranges.largestFree());
        int all = ranges.allocate(ranges.size(), 1, 0);
        assertTrue(all > 0, "the whole region is to be had");
        assertEquals(ranges.base(), ranges.offset(all));
        assertEquals(0, ranges.largestFree());
        assertEquals(0, ranges.firstFree());
        ranges.free(all);
        ranges.check();
    }

    private static void assertAt(long offset, RangeAllocator ranges, int handle) {
        assertTrue(handle > 0, "answer " + handle);
        assertEquals("0x" + Long.toHexString(offset), "0x" + Long.toHexString(ranges.offset(handle)));
    }

    @Test
    void shouldTakeTheSmallestBlockThatFitsAndTheLowestOfEqualOnes() {
        RangeAllocator ranges = new RangeAllocator(0, MIB, PAGE);
        int[] handles = new int[8];
        long[] pages = {3, 1, 2, 1, 2, 1, 5, 1};
        for (int i = 0; i < pages.length; i++) {
            handles[i] = ranges.allocate(pages[i] * PAGE, PAGE, 0);
        }
        ranges.free(handles[4]);
        ranges.free(handles[0]);
        ranges.free(handles[2]);
        ranges.free(handles[6]);
        assertEquals(5, ranges.freeBlocks());
        assertAt(4 * PAGE, ranges, ranges.allocate(2 * PAGE, PAGE, 0));
        assertAt(7 * PAGE, ranges, ranges.allocate(2 * PAGE, PAGE, 0));
        assertAt(0, ranges, ranges.allocate(2 * PAGE, PAGE, 0));
        assertAt(10 * PAGE, ranges, ranges.allocate(4 * PAGE, PAGE, 0));
        ranges.check();
    }

    @Test
    void shouldRoundSizesUpToTheGranule() {
        RangeAllocator ranges = new RangeAllocator(0, 4 * PAGE, PAGE);
        int one = ranges.allocate(1, 1, 0);
        assertEquals(PAGE, ranges.size(one));
        int two = ranges.allocate(PAGE + 1, 1, 0);
        assertEquals(2 * PAGE, ranges.size(two));
        assertEquals(PAGE, ranges.totalFree());
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(PAGE + 1, 1, 0));
        ranges.free(one);
        ranges.free(two);
        assertOneHole(ranges);
    }

    @Test
    void shouldRefuseAHandleThatIsNotLive() {
        RangeAllocator ranges = new RangeAllocator(0, MIB, PAGE);
        int handle = ranges.allocate(PAGE, PAGE, 0);
        ranges.free(handle);
        assertRefused(ranges, handle);
        int again = ranges.allocate(PAGE, PAGE, 0);
        assertEquals(RangeAllocator.index(handle), RangeAllocator.index(again), "the node is in use again");
        assertRefused(ranges, handle);
        for (int foreign : new int[] {0, -1, ~again, 77, Integer.MAX_VALUE, Integer.MIN_VALUE, again + 1}) {
            assertRefused(ranges, foreign);
        }
        ranges.free(again);
        assertOneHole(ranges);
    }

    private static void assertRefused(RangeAllocator ranges, int handle) {
        assertFalse(ranges.isLive(handle));
        String free = assertThrows(IllegalArgumentException.class, () -> ranges.free(handle)).getMessage();
        assertTrue(free.contains("handle " + handle), free);
        assertThrows(IllegalArgumentException.class, () -> ranges.offset(handle));
        assertThrows(IllegalArgumentException.class, () -> ranges.size(handle));
        ranges.check();
    }

    @Test
    void shouldKnowADoubleFreeForAHundredAndTwentySevenReuses() {
        RangeAllocator ranges = new RangeAllocator(0, PAGE, PAGE);
        int first = ranges.allocate(PAGE, PAGE, 0);
        ranges.free(first);
        for (int i = 0; i < 127; i++) {
            int next = ranges.allocate(PAGE, PAGE, 0);
            assertThrows(IllegalArgumentException.class, () -> ranges.free(first));
            ranges.free(next);
        }
    }

    @Test
    void shouldServeTheHighestZoneFirst() {
        RangeAllocator ranges = new RangeAllocator(0, 2 * GIB, PAGE, GIB, 256 * MIB);
        int any = ranges.allocate(MIB, PAGE, 0);
        assertTrue(ranges.offset(any) >= GIB);
        int below1G = ranges.allocate(MIB, PAGE, GIB);
        assertAt(GIB - MIB, ranges, below1G);
        int below256M = ranges.allocate(MIB, PAGE, 256 * MIB);
        assertTrue(ranges.offset(below256M) + MIB <= 256 * MIB);
        int odd = ranges.allocate(MIB, PAGE, 512 * MIB + 100);
        assertTrue(ranges.offset(odd) + MIB <= 512 * MIB);
        ranges.check();
        for (int handle : new int[] {any, below1G, below256M, odd}) {
            ranges.free(handle);
        }
        assertOneHole(ranges);
    }

    @Test
    void shouldKeepLowMemoryUntilTheUpperZoneIsFull() {
        RangeAllocator ranges = new RangeAllocator(0, 16 * MIB, PAGE, 4 * MIB);
        for (int i = 0; i < 12; i++) {
            assertTrue(ranges.offset(ranges.allocate(MIB, PAGE, 0)) >= 4 * MIB);
        }
        assertEquals(4 * MIB, ranges.largestFree());
        for (int i = 0; i < 4; i++) {
            assertTrue(ranges.offset(ranges.allocate(MIB, PAGE, 0)) < 4 * MIB);
        }
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(1, 1, 0));
        ranges.check();
    }

    @Test
    void shouldGiveARangeAcrossALimitIfNothingElseFits() {
        RangeAllocator ranges = new RangeAllocator(0, 16 * MIB, PAGE, 4 * MIB, 8 * MIB);
        int most = ranges.allocate(14 * MIB, PAGE, 0);
        assertEquals(2 * MIB, ranges.offset(most));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(2 * MIB + 1, PAGE, 4 * MIB));
        assertAt(0, ranges, ranges.allocate(2 * MIB, PAGE, 4 * MIB));
        ranges.free(most);
        ranges.check();
    }

    @Test
    void shouldIgnoreLimitsOutsideOfTheRegion() {
        RangeAllocator ranges = new RangeAllocator(GIB, GIB, PAGE, 0, 256 * MIB, GIB, 2 * GIB, 4 * GIB, Long.MAX_VALUE);
        assertAt(GIB, ranges, ranges.allocate(PAGE, PAGE, 0));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(PAGE, PAGE, GIB));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(PAGE, PAGE, 1));
        ranges.free(ranges.handleAt(GIB));
        assertOneHole(ranges);
    }

    @Test
    void shouldAlignTheAddressAndNotTheOffsetInTheRegion() {
        RangeAllocator ranges = new RangeAllocator(3 * PAGE, 13 * PAGE, PAGE);
        assertAt(8 * PAGE, ranges, ranges.allocate(8 * PAGE, 8 * PAGE, 0));
        assertAt(4 * PAGE, ranges, ranges.allocate(PAGE, 4 * PAGE, 0));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(PAGE, 4 * PAGE, 0));
        ranges.check();
    }

    @Test
    void shouldTakeHugeAlignmentsAndBoundariesForWhatTheyAre() {
        RangeAllocator ranges = new RangeAllocator(0, MIB, PAGE);
        int zero = ranges.allocate(PAGE, 1L << 62, 0);
        assertAt(0, ranges, zero);
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(PAGE, 1L << 62, 0));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(PAGE, 1L << 43, 0));
        assertAt(PAGE, ranges, ranges.allocate(2 * PAGE, PAGE, 0, 0, 1L << 62, Placement.LOWEST));
        assertAt(3 * PAGE, ranges, ranges.allocate(1, 1, 0, 0, 1, Placement.LOWEST));
        ranges.check();
    }

    @Test
    void shouldCrossNoBoundary() {
        RangeAllocator ranges = new RangeAllocator(0, 16 * PAGE, PAGE);
        ranges.claim(0, PAGE);
        assertAt(4 * PAGE, ranges, ranges.allocate(4 * PAGE, PAGE, 0, 0, 4 * PAGE, Placement.BEST_FIT));
        assertAt(PAGE, ranges, ranges.allocate(2 * PAGE, PAGE, 0, 0, 4 * PAGE, Placement.LOWEST));
        ranges.claim(15 * PAGE, PAGE);
        assertAt(8 * PAGE, ranges, ranges.allocate(4 * PAGE, PAGE, 0, 0, 4 * PAGE, Placement.HIGHEST));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(4 * PAGE, PAGE, 0, 0, 4 * PAGE, Placement.LOWEST));
        ranges.check();
    }

    @Test
    void shouldAllowLargeRegionsUpToTheBoundOfTheGranule() {
        RangeAllocator ranges = new RangeAllocator(0, (long) Integer.MAX_VALUE * PAGE, PAGE, 4 * GIB);
        int high = ranges.allocate(4 * GIB, PAGE, 0);
        assertEquals(Integer.MAX_VALUE * PAGE, ranges.offset(high) + ranges.size(high));
        int low = ranges.allocate(4 * GIB, PAGE, 4 * GIB);
        assertAt(0, ranges, low);
        ranges.free(high);
        ranges.free(low);
        assertOneHole(ranges);
        String message = assertThrows(IllegalArgumentException.class,
            () -> new RangeAllocator(PAGE, (long) Integer.MAX_VALUE * PAGE, PAGE)).getMessage();
        assertTrue(message.contains("larger granule"), message);
    }

    @Test
    void shouldRefuseWrongArguments() {
        assertThrows(IllegalArgumentException.class, () -> new RangeAllocator(0, PAGE, 0));
        assertThrows(IllegalArgumentException.class, () -> new RangeAllocator(0, PAGE, 3));
        assertThrows(IllegalArgumentException.class, () -> new RangeAllocator(0, PAGE, Long.MIN_VALUE));
        assertThrows(IllegalArgumentException.class, () -> new RangeAllocator(1, PAGE, PAGE));
        assertThrows(IllegalArgumentException.class, () -> new RangeAllocator(0, PAGE + 1, PAGE));
        assertThrows(IllegalArgumentException.class, () -> new RangeAllocator(0, 0, PAGE));
        long[] limits = new long[16];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = (i + 1) * PAGE;
        }
        assertThrows(IllegalArgumentException.class, () -> new RangeAllocator(0, MIB, PAGE, limits));
        RangeAllocator ranges = new RangeAllocator(0, MIB, PAGE);
        assertThrows(IllegalArgumentException.class, () -> ranges.allocate(0, PAGE, 0));
        assertThrows(IllegalArgumentException.class, () -> ranges.allocate(-1, PAGE, 0));
        assertThrows(IllegalArgumentException.class, () -> ranges.allocate(1, 3, 0));
        assertThrows(IllegalArgumentException.class, () -> ranges.allocate(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> ranges.allocate(1, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> ranges.allocate(1, 1, 0, 0, 3, Placement.LOWEST));
        assertThrows(IllegalArgumentException.class, () -> ranges.allocate(1, 1, -1, 0, 0, Placement.LOWEST));
        assertThrows(IllegalArgumentException.class, () -> ranges.claim(1, PAGE));
        assertThrows(IllegalArgumentException.class, () -> ranges.claim(MIB, PAGE));
        assertThrows(IllegalArgumentException.class, () -> ranges.claim(0, MIB + 1));
        assertThrows(IllegalArgumentException.class, () -> ranges.freeAt(0));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(Long.MAX_VALUE, Long.MIN_VALUE >>> 1, Long.MAX_VALUE));
        assertOneHole(ranges);
    }

    @Test
    void shouldAdoptTenThousandRangesInAnyOrder() {
        int count = 10_000;
        RangeAllocator ranges = new RangeAllocator(0, 4L * count * PAGE, PAGE);
        for (int i = 0; i < count; i++) {
            assertAt(4L * i * PAGE, ranges, ranges.claim(4L * i * PAGE, 3 * PAGE));
        }
        ranges.check();
        assertEquals(count, ranges.freeBlocks());
        for (int i = count - 1; i >= 0; i--) {
            assertEquals(RangeAllocator.TAKEN, ranges.claim((4L * i + 2) * PAGE, 2 * PAGE));
            assertEquals(RangeAllocator.TAKEN, ranges.claim(4L * i * PAGE, PAGE));
            ranges.freeAt(4L * i * PAGE);
        }
        assertOneHole(ranges);
        for (int i = 0; i < count; i++) {
            long at = 4L * ((long) i * 7919 % count) * PAGE;
            assertAt(at, ranges, ranges.claim(at, PAGE));
        }
        ranges.check();
        for (int block = ranges.firstBlock(); block != 0; block = ranges.nextBlock(block)) {
            if (ranges.blockHandle(block) >= 0) {
                assertEquals(PAGE, ranges.blockSize(block));
            }
        }
        for (int i = 0; i < count; i++) {
            ranges.free(ranges.handleAt(4L * i * PAGE));
        }
        assertOneHole(ranges);
    }

    @Test
    void shouldListTheFreeBlocksInAddressOrder() {
        RangeAllocator ranges = new RangeAllocator(PAGE, 15 * PAGE, PAGE);
        ranges.claim(2 * PAGE, PAGE);
        ranges.claim(5 * PAGE, 2 * PAGE);
        StringBuilder seen = new StringBuilder();
        for (int block = ranges.firstFree(); block != 0; block = ranges.nextFree(block)) {
            seen.append(ranges.blockOffset(block) / PAGE).append('+').append(ranges.blockSize(block) / PAGE).append(' ');
            assertEquals(RangeAllocator.NO_SPACE, ranges.blockHandle(block));
        }
        assertEquals("1+1 3+2 7+9 ", seen.toString());
    }

    @Test
    void shouldNotGrowWhatWasReserved() {
        RangeAllocator ranges = new RangeAllocator(0, GIB, PAGE);
        long before = ranges.metadataBytes();
        ranges.reserve(1000);
        long reserved = ranges.metadataBytes();
        assertTrue(reserved > before);
        int[] handles = new int[1000];
        for (int i = 0; i < 1000; i++) {
            handles[i] = ranges.claim(2L * i * PAGE, PAGE);
        }
        assertEquals(reserved, ranges.metadataBytes());
        for (int handle : handles) {
            ranges.free(handle);
        }
        assertOneHole(ranges);
        assertThrows(IllegalArgumentException.class, () -> ranges.reserve(Node.MAX_NODES));
    }

    @Test
    void shouldFindAPlaceBeyondTheBlocksItLooksAtFirst() {
        RangeAllocator ranges = new RangeAllocator(0, 8192 * PAGE, PAGE);
        int[] first = new int[100];
        for (int i = 0; i < 100; i++) { // blocks of 64 and 65 pages share a bin
            first[i] = ranges.claim(66L * i * PAGE, (i == 0 ? 65 : 64) * PAGE);
            ranges.claim((66L * i + 65) * PAGE, PAGE);
        }
        while (ranges.largestFree() > 64 * PAGE) {
            ranges.allocate(ranges.largestFree(), PAGE, 0);
        }
        for (int i = 0; i < 100; i++) {
            if (i > 0) {
                ranges.claim((66L * i + 64) * PAGE, PAGE);
            }
            ranges.free(first[i]);
        }
        assertAt(0, ranges, ranges.allocate(65 * PAGE, PAGE, 0));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(65 * PAGE, PAGE, 0));
        ranges.check();
    }

    @Test
    void shouldFindAPlaceBehindManyBlocksWithoutOne() {
        int useless = 300;
        RangeAllocator ranges = new RangeAllocator(0, 2048 * PAGE, PAGE);
        int hidden = ranges.claim(1200 * PAGE, 2 * PAGE);
        for (int i = 0; i < useless; i++) { // free pages 1 and 2 of four: large enough, but not at a multiple of four
            ranges.claim(4L * i * PAGE, PAGE);
            ranges.claim((4L * i + 3) * PAGE, PAGE);
        }
        int sure = ranges.claim(1301 * PAGE, 6 * PAGE);
        ranges.claim(1202 * PAGE, 99 * PAGE);
        ranges.claim(1307 * PAGE, (2048 - 1307) * PAGE);
        assertEquals(useless, ranges.freeBlocks());
        ranges.free(hidden);
        for (int i = 1; i < useless; i++) { // puts them in front of the hidden block
            int page = ranges.claim((4L * i + 1) * PAGE, 2 * PAGE);
            ranges.free(page);
        }
        ranges.free(sure);
        assertAt(1304 * PAGE, ranges, ranges.allocate(2 * PAGE, 4 * PAGE, 0));
        assertAt(1200 * PAGE, ranges, ranges.allocate(2 * PAGE, 4 * PAGE, 0));
        assertEquals(RangeAllocator.NO_SPACE, ranges.allocate(2 * PAGE, 4 * PAGE, 0));
        ranges.check();
    }
}
