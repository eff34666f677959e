package sharebuf.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Magazines against the reference model, to which what they keep is free. */
class MagazinesTest {
    private static final int STEPS = 3000;
    private static final long PAGE = 4096;

    private record Live(int handle, long offset, long size) {
    }

    @Test
    void shouldServeWhateverHasAPlace() {
        Long seed = Long.getLong("sharebuf.seed");
        long first = seed == null ? System.nanoTime() : seed;
        for (int i = 0; i < (seed == null ? 12 : 1); i++) {
            System.out.println("range MagazinesTest seed " + (first + i));
            try {
                run(new Random(first + i));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + (first + i) + " (-Dsharebuf.seed=" + (first + i) + "): " + e.getMessage(), e);
            }
        }
    }

    private static void run(Random random) {
        long base = random.nextInt(3) * 100L * PAGE;
        long size = (64 + random.nextInt(448)) * PAGE;
        long[] limits = random.longs(random.nextInt(4), base, base + size).toArray();
        Magazines ranges = new Magazines(base, size, PAGE, limits);
        ReferenceModel model = new ReferenceModel(base, size, PAGE);
        List<Live> live = new ArrayList<>();
        int freed = -1;
        int failed = 0;
        long mostKept = 0;
        for (int step = 0; step < STEPS; step++) {
            if (!live.isEmpty() && random.nextInt(100) < 45) {
                Live gone = live.remove(random.nextInt(live.size()));
                ranges.free(gone.handle());
                model.give(gone.offset());
                freed = gone.handle();
            } else {
                long bytes = 1 + random.nextLong((1 + random.nextInt(24)) * PAGE);
                long align = 1L << random.nextInt(18);
                long low = random.nextInt(4) > 0 ? 0 : base + random.nextLong(size);
                long high = random.nextBoolean() ? 0 : limits.length > 0 && random.nextBoolean() ? limits[random.nextInt(limits.length)] : 1 + base + random.nextLong(size);
                long boundary = random.nextInt(3) > 0 ? 0 : 1L << 10 + random.nextInt(10);
                int handle = low == 0 && boundary == 0 ? ranges.allocate(bytes, align, high) : ranges.allocate(bytes, align, low, high, boundary);
                if (handle < 0) {
                    assertEquals(RangeAllocator.NO_SPACE, handle);
                    assertEquals(-1, model.lowest(bytes, align, low, high, boundary));
                    assertEquals(0, ranges.kept());
                    failed++;
                } else {
                    long at = ranges.offset(handle);
                    assertTrue(ranges.size(handle) >= bytes);
                    assertTrue(model.allows(at, bytes, align, low, high, boundary), at + " for " + bytes + " at " + align + " from " + low + " to " + high + ", " + boundary);
                    model.take(at, ranges.size(handle));
                    live.add(new Live(handle, at, ranges.size(handle)));
                }
            }
            int twice = freed;
            if (twice >= 0 && live.stream().noneMatch(l -> l.handle() == twice)) {
                assertThrows(IllegalArgumentException.class, () -> ranges.free(twice));
            }
            mostKept = Math.max(mostKept, ranges.kept());
            assertEquals(size - live.stream().mapToLong(Live::size).sum(), ranges.totalFree());
            if (step % 50 == 0) {
                ranges.check();
            }
        }
        assertTrue(failed > 0);
        assertTrue(mostKept > 0);
        live.forEach(l -> ranges.free(l.handle()));
        assertEquals(size, ranges.largestFree());
        ranges.check();
    }

    /** Every sequence of seven steps on eight pages, of which the upper half is beyond a limit. */
    @Test
    void shouldServeWhateverHasAPlaceInEveryShortRun() {
        int steps = 7;
        for (int run = 0; run < Math.pow(6, steps); run++) {
            Magazines ranges = new Magazines(0, 8 * PAGE, PAGE, 4 * PAGE);
            ReferenceModel model = new ReferenceModel(0, 8 * PAGE, PAGE);
            List<Integer> live = new ArrayList<>();
            for (int step = 0, left = run; step < steps; step++, left /= 6) {
                int what = left % 6;
                if (what < 4) {
                    long bytes = (1 + what) * PAGE;
                    long high = what == 1 ? 4 * PAGE : 0;
                    int handle = ranges.allocate(bytes, PAGE, high);
                    assertEquals(handle < 0, model.lowest(bytes, PAGE, 0, high, 0) < 0, "run " + run);
                    if (handle >= 0) {
                        model.take(ranges.offset(handle), ranges.size(handle));
                        live.add(handle);
                    }
                } else if (!live.isEmpty()) {
                    int handle = what == 4 ? live.removeFirst() : live.removeLast();
                    model.give(ranges.offset(handle));
                    ranges.free(handle);
                }
            }
            ranges.check();
        }
    }

    @Test
    void shouldGiveTheSameAddressAgainUnderAnotherHandle() {
        Magazines ranges = new Magazines(PAGE, 1024 * PAGE, PAGE);
        int first = ranges.allocate(3 * PAGE, PAGE, 0);
        long at = ranges.offset(first);
        assertEquals(4 * PAGE, ranges.size(first));
        assertEquals(0, at % (4 * PAGE));
        ranges.free(first);
        assertEquals(4 * PAGE, ranges.kept());
        int second = ranges.allocate(4 * PAGE, 4 * PAGE, 0);
        assertEquals(at, ranges.offset(second));
        assertNotEquals(first, second);
        assertThrows(IllegalArgumentException.class, () -> ranges.free(first));
        assertEquals(0, ranges.kept());
    }

    @Test
    void shouldKeepNoMoreThanAMagazineHolds() {
        int count = Magazines.CAPACITY + 100;
        Magazines ranges = new Magazines(0, 4096 * PAGE, PAGE);
        int[] handles = new int[count];
        for (int i = 0; i < count; i++) {
            handles[i] = ranges.allocate(PAGE, PAGE, 0);
        }
        for (int handle : handles) {
            ranges.free(handle);
        }
        assertEquals(Magazines.CAPACITY * PAGE, ranges.kept());
        ranges.check();
    }

    @Test
    void shouldKeepLowAddressesForThoseWhoNeedThem() {
        Magazines ranges = new Magazines(0, 256 * PAGE, PAGE, 128 * PAGE);
        int low = ranges.allocate(PAGE, PAGE, 128 * PAGE);
        int high = ranges.allocate(PAGE, PAGE, 0);
        assertTrue(ranges.offset(low) < 128 * PAGE && ranges.offset(high) >= 128 * PAGE);
        ranges.free(high);
        ranges.free(low);
        assertTrue(ranges.offset(ranges.allocate(PAGE, PAGE, 0)) >= 128 * PAGE, "newest is the low one, but there is a high one");
        assertTrue(ranges.offset(ranges.allocate(PAGE, PAGE, 128 * PAGE)) < 128 * PAGE);
        assertEquals(0, ranges.kept());
    }

    @Test
    void shouldClaimWhatAMagazineKeeps() {
        Magazines ranges = new Magazines(0, 64 * PAGE, PAGE);
        int handle = ranges.allocate(PAGE, PAGE, 0);
        long at = ranges.offset(handle);
        ranges.free(handle);
        assertTrue(ranges.claim(at, 3 * PAGE) >= 0);
        assertEquals(RangeAllocator.TAKEN, ranges.claim(at, PAGE));
    }
}
