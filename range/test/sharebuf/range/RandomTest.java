package sharebuf.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random operations, each compared with the reference model. The seed is printed in every failure; run one seed again
 * with {@code -Dsharebuf.seed=N}.
 */
class RandomTest {

    private static final int STEPS = 4000;

    private record Live(int handle, long offset) {
    }

    @Test
    void shouldDoAsTheReferenceModelDoes() {
        Long seed = Long.getLong("sharebuf.seed");
        if (seed != null) {
            runSeed(seed);
            return;
        }
        long first = System.nanoTime();
        for (int i = 0; i < 12; i++) {
            runSeed(first + i);
        }
    }

    private static void runSeed(long seed) {
        System.out.println("range RandomTest seed " + seed);
        try {
            run(new Random(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " (-Dsharebuf.seed=" + seed + "): " + e.getMessage(), e);
        }
    }

    private static void run(Random random) {
        long granule = 1L << random.nextInt(13);
        long base = random.nextInt(3) * 100L * granule;
        long size = (64 + random.nextInt(448)) * granule;
        long[] limits = new long[random.nextInt(4)];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = base + random.nextLong(size);
        }
        RangeAllocator ranges = new RangeAllocator(base, size, granule, limits);
        ReferenceModel model = new ReferenceModel(base, size, granule);
        List<Live> live = new ArrayList<>();
        int freed = 0;
        for (int step = 0; step < STEPS; step++) {
            int largest = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 24);
            long bytes = 1 + random.nextLong(largest * granule);
            long align = 1L << random.nextInt(Long.numberOfTrailingZeros(granule) + 6);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    long limit = random.nextBoolean() ? 0 : 1 + base + random.nextLong(size);
                    int handle = ranges.allocate(bytes, align, limit);
                    note(model, ranges, live, handle, model.lowest(bytes, align, 0, limit, 0) >= 0,
                        bytes, align, 0, limit, 0);
                }
                case 2 -> {
                    long low = random.nextBoolean() ? 0 : base + random.nextLong(size);
                    long high = random.nextBoolean() ? 0 : 1 + base + random.nextLong(size);
                    long boundary = random.nextBoolean() ? 0 : granule << random.nextInt(8);
                    Placement placement = Placement.values()[random.nextInt(3)];
                    int handle = ranges.allocate(bytes, align, low, high, boundary, placement);
                    long lowest = model.lowest(bytes, align, low, high, boundary);
                    if (handle >= 0 && placement == Placement.LOWEST) {
                        assertEquals(lowest, ranges.offset(handle));
                    }
                    if (handle >= 0 && placement == Placement.HIGHEST) {
                        assertEquals(model.highest(bytes, align, low, high, boundary), ranges.offset(handle));
                    }
                    note(model, ranges, live, handle, lowest >= 0, bytes, align, low, high, boundary);
                }
                case 3 -> {
                    long offset = base + random.nextLong(size / granule) * granule;
                    if (offset + model.round(bytes) <= base + size) {
                        int handle = ranges.claim(offset, bytes);
                        assertEquals(model.isFree(offset, model.round(bytes)), handle >= 0);
                        if (handle >= 0) {
                            assertEquals(offset, ranges.offset(handle));
                            note(model, ranges, live, handle, true, bytes, 1, 0, 0, 0);
                        }
                    }
                }
                default -> {
                    if (!live.isEmpty()) {
                        Live gone = live.remove(random.nextInt(live.size()));
                        if (random.nextBoolean()) {
                            ranges.free(gone.handle());
                        } else {
                            ranges.freeAt(gone.offset());
                        }
                        model.give(gone.offset());
                        assertFalse(ranges.isLive(gone.handle()));
                        freed++;
                    }
                }
            }
            compare(model, ranges, live.size());
        }
        assertTrue(freed > STEPS / 8, "the run did something");
        for (Live left : live) {
            ranges.free(left.handle());
        }
        RangeAllocatorTest.assertOneHole(ranges);
    }

    private static void note(ReferenceModel model, RangeAllocator ranges, List<Live> live, int handle,
        boolean expected, long bytes, long align, long low, long high, long boundary) {
        assertEquals(expected, handle >= 0, "answer " + handle);
        if (handle >= 0) {
            long offset = ranges.offset(handle);
            assertTrue(model.allows(offset, bytes, align, low, high, boundary), "place " + offset);
            assertEquals(model.round(bytes), ranges.size(handle));
            model.take(offset, model.round(bytes));
            live.add(new Live(handle, offset));
        }
    }

    private static void compare(ReferenceModel model, RangeAllocator ranges, int live) {
        ranges.check();
        int block = ranges.firstFree();
        long total = 0;
        long largest = 0;
        int count = 0;
        for (Map.Entry<Long, Long> hole : model.free().entrySet()) {
            assertEquals(hole.getKey(), ranges.blockOffset(block));
            assertEquals(hole.getValue(), ranges.blockSize(block));
            total += hole.getValue();
            largest = Math.max(largest, hole.getValue());
            count++;
            block = ranges.nextFree(block);
        }
        assertEquals(0, block);
        assertEquals(total, ranges.totalFree());
        assertEquals(largest, ranges.largestFree());
        assertEquals(count, ranges.freeBlocks());
        assertEquals(live, model.live().size());
    }
}
