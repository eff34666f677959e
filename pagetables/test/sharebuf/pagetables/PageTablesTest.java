package sharebuf.pagetables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sharebuf.pagetables.PageTables.BLOCK;
import static sharebuf.pagetables.PageTables.END;
import static sharebuf.pagetables.PageTables.LARGE;
import static sharebuf.pagetables.PageTables.NONE;
import static sharebuf.pagetables.PageTables.PAGE;
import static sharebuf.pagetables.PageTables.READ;
import static sharebuf.pagetables.PageTables.WRITE;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Page tables against a map of small pages. */
class PageTablesTest {
    private static final int OPERATIONS = 60_000;
    /** Addresses of the test: four entries of the first level would be 4 GiB, these are 24 MiB around the border between two of them. */
    private static final long FROM = (1L << 30) - 12 * (1 << 20);
    private static final int PAGES = 6144;

    @Test
    void everyAddressLeadsWhereTheModelSays() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("PageTablesTest seed " + seed);
        Random random = new Random(seed);
        PageTables tables = new PageTables();
        TreeMap<Long, Long> model = new TreeMap<>(); // CPU address | rights of each small page that leads somewhere
        int refused = 0;
        long[] sizes = new long[3];
        for (int i = 0; i < OPERATIONS; i++) {
            String step = "seed " + seed + ", operation " + i;
            int align = new int[] {1, 1, 16, 512}[random.nextInt(4)];
            int first = random.nextInt(PAGES) / align * align;
            int count = Math.min(PAGES - first, 1 + random.nextInt(new int[] {4, 40, 600, 2000}[random.nextInt(4)]));
            long iova = FROM + first * PAGE;
            if (random.nextInt(5) < 2) {
                long rights = 1 + random.nextInt(3);
                long[] pieces = new long[2 * (1 + random.nextInt(4))];
                int total = 0;
                for (int p = 0; p < pieces.length; p += 2) {
                    int of = p == pieces.length - 2 ? Math.max(1, count - total) : 1 + random.nextInt(count);
                    pieces[p] = (random.nextInt(1 << 20) / align * align) * PAGE;
                    pieces[p + 1] = of * PAGE;
                    total += of;
                }
                boolean free = model.subMap(iova, iova + total * PAGE).isEmpty();
                try {
                    tables.map(iova, pieces, pieces.length / 2, rights);
                    assertTrue(free, step);
                    long at = iova;
                    for (int p = 0; p < pieces.length; p += 2) {
                        for (long offset = 0; offset < pieces[p + 1]; offset += PAGE) {
                            model.put(at, pieces[p] + offset | rights);
                            at += PAGE;
                        }
                    }
                } catch (IllegalArgumentException e) {
                    assertTrue(!free && e.getMessage().contains("already"), step + ": " + e.getMessage());
                    refused++;
                }
            } else {
                tables.unmap(iova, count * PAGE);
                model.subMap(iova, iova + count * PAGE).clear();
            }
            assertEquals(model.size(), tables.pages(), step);
            for (int look = 0; look < 8; look++) {
                long at = switch (look) {
                    case 0 -> iova;
                    case 1 -> iova - 1;
                    case 2 -> iova + count * PAGE - 1;
                    case 3 -> iova + count * PAGE;
                    default -> FROM + random.nextLong(PAGES * PAGE);
                };
                same(tables, model, at, step);
                long entry = tables.walk(at);
                sizes[entry == NONE ? 0 : PageTables.size(entry) == PAGE ? 0 : PageTables.size(entry) == LARGE ? 1 : 2]++;
            }
        }
        for (long at = FROM - PAGE; at <= FROM + PAGES * PAGE + 4000 * PAGE; at += PAGE) {
            same(tables, model, at, "seed " + seed + " at the end");
        }
        assertTrue(refused > 0 && sizes[1] > 0 && sizes[2] > 0, "all outcomes are met: " + refused + " refused, walked " + Arrays.toString(sizes));
        tables.unmap(0, 8L << 30);
        assertEquals(0, tables.pages());
        for (Map.Entry<Long, Long> each : model.entrySet()) {
            assertEquals(NONE, tables.walk(each.getKey()));
        }
    }

    private static void same(PageTables tables, TreeMap<Long, Long> model, long at, String step) {
        Long wanted = model.get(at & -PAGE);
        long entry = tables.walk(at);
        String where = step + ", IOVA 0x" + Long.toHexString(at);
        assertEquals(wanted == null, entry == NONE, where);
        if (wanted != null) {
            assertEquals((wanted & -PAGE) + (at & PAGE - 1), PageTables.cpu(entry, at), where);
            assertEquals((wanted & READ) != 0, PageTables.permits(entry, false), where);
            assertEquals((wanted & WRITE) != 0, PageTables.permits(entry, true), where);
        }
    }

    @Test
    void aRangeGetsTheLargestPagesThatItsAddressesAllow() {
        PageTables tables = new PageTables();
        tables.map(0x40_0000 - LARGE - PAGE, 0x8000_0000L - LARGE - PAGE, PAGE + LARGE + 2 * BLOCK + LARGE + PAGE, READ);
        assertEquals(PAGE, PageTables.size(tables.walk(0x40_0000 - LARGE - PAGE)));
        assertEquals(LARGE, PageTables.size(tables.walk(0x40_0000 - LARGE)));
        assertEquals(BLOCK, PageTables.size(tables.walk(0x40_0000)));
        assertEquals(BLOCK, PageTables.size(tables.walk(0x40_0000 + 2 * BLOCK - 1)));
        assertEquals(LARGE, PageTables.size(tables.walk(0x40_0000 + 2 * BLOCK)));
        assertEquals(PAGE, PageTables.size(tables.walk(0x40_0000 + 2 * BLOCK + LARGE)));
        assertEquals(0x8000_0000L + 0x12345, PageTables.cpu(tables.walk(0x41_2345), 0x41_2345));
        tables.unmap(0x40_0000 + BLOCK + 3 * PAGE, PAGE);
        assertEquals(BLOCK, PageTables.size(tables.walk(0x40_0000)), "the other block is whole");
        assertEquals(PAGE, PageTables.size(tables.walk(0x40_0000 + BLOCK)), "beside the hole");
        assertEquals(LARGE, PageTables.size(tables.walk(0x40_0000 + BLOCK + LARGE)));
        assertEquals(NONE, tables.walk(0x40_0000 + BLOCK + 3 * PAGE));
    }

    @Test
    void whatDoesNotFitChangesNothing() {
        PageTables tables = new PageTables();
        tables.map(0x1000, 0x5000, 0x2000, READ | WRITE);
        for (long[] wrong : new long[][] {{0x800, 0x5000, 0x1000}, {0x8000, 0x5800, 0x1000}, {0x8000, 0x5000, 0x800}, {0x8000, 0x5000, 0}, {-0x1000, 0x5000, 0x1000},
            {END - 0x1000, 0x5000, 0x2000}, {0x2000, 0x9000, 0x1000}, {0, 0x9000, 0x2000}, {0x8000, -0x1000, 0x1000}, {0x8000, 0x5000, -0x1000}}) {
            assertThrows(IllegalArgumentException.class, () -> tables.map(wrong[0], wrong[1], wrong[2], READ), Arrays.toString(wrong));
        }
        assertThrows(IllegalArgumentException.class, () -> tables.map(0x10_0000, new long[] {0x5000, 0x1000, 0x6000, 0x1001}, 2, READ));
        assertThrows(IllegalArgumentException.class, () -> tables.unmap(0x1800, 0x1000));
        assertEquals(2, tables.pages());
        assertEquals(NONE, tables.walk(-1));
        assertEquals(NONE, tables.walk(END));
    }

    @Test
    void whoWalksBesideASplitSeesNoDifference() throws Exception {
        PageTables tables = new PageTables();
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Long> walker = new FutureTask<>(() -> {
            long looks = 0;
            for (; !over.get(); looks++) {
                long entry = tables.walk(BLOCK + 0x2345);
                if (entry == NONE || PageTables.cpu(entry, BLOCK + 0x2345) != 0x8000_2345L) {
                    return -1L;
                }
            }
            return looks;
        });
        tables.map(BLOCK, 0x8000_0000L, BLOCK, READ);
        Thread.ofPlatform().daemon().start(walker);
        for (int i = 0; i < 2000 && !walker.isDone(); i++) {
            tables.unmap(2 * BLOCK - PAGE, PAGE);
            tables.map(2 * BLOCK - PAGE, 0x8000_0000L + BLOCK - PAGE, PAGE, READ);
            tables.unmap(BLOCK + LARGE, BLOCK - LARGE);
            tables.map(BLOCK + LARGE, 0x8000_0000L + LARGE, BLOCK - LARGE, READ);
        }
        over.set(true);
        assertTrue(walker.get() >= 0, "an address that was mapped all the time led elsewhere");
    }
}
