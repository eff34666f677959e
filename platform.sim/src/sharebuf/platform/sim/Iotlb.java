package sharebuf.platform.sim;

import java.util.Arrays;
import sharebuf.pagetables.PageTables;

/**
 * What a device remembers of its domain's page tables: entries that it has walked to before, each good for its whole page. It is told of changes by
 * invalidation only, as hardware is; the simulator looks again at each use, so that what was forgotten is seen.
 *
 * <p>Externally synchronised: the engine holds its lock while bytes move, and invalidates under it.
 */
final class Iotlb {
    private static final int SLOTS = 64;
    private static final long EMPTY = -1;
    private static final long[] SIZES = {PageTables.PAGE, PageTables.LARGE, PageTables.BLOCK};

    private final Iommu domain;
    /** First address of the page in each slot, by size. */
    private final long[][] page = new long[SIZES.length][SLOTS];
    private final long[][] entry = new long[SIZES.length][SLOTS];
    private boolean stale;

    Iotlb(Iommu domain) {
        this.domain = domain;
        invalidate();
    }

    /**
     * The entry that the device uses for an address.
     *
     * @return as hardware would: the remembered one if there is, even if the tables say otherwise by now
     */
    long look(long iova) {
        long now = domain.walk(iova);
        for (int size = 0; size < SIZES.length; size++) {
            int slot = slot(iova, size);
            if (page[size][slot] == (iova & -SIZES[size])) {
                long remembered = entry[size][slot];
                stale = remembered != now && !same(remembered, now, iova);
                return remembered;
            }
        }
        stale = false;
        if (now != PageTables.NONE) { // a fault is not remembered
            int size = PageTables.size(now) == PageTables.PAGE ? 0 : PageTables.size(now) == PageTables.LARGE ? 1 : 2;
            int slot = slot(iova, size);
            page[size][slot] = iova & -SIZES[size];
            entry[size][slot] = now;
        }
        return now;
    }

    private static int slot(long iova, int size) {
        return (int) (iova / SIZES[size]) & SLOTS - 1;
    }

    /** Whether two entries lead an address alike: a page that was cut into smaller ones leads where it led. */
    private static boolean same(long a, long b, long iova) {
        return b != PageTables.NONE && PageTables.cpu(a, iova) == PageTables.cpu(b, iova) && PageTables.permits(a, true) == PageTables.permits(b, true)
                && PageTables.permits(a, false) == PageTables.permits(b, false);
    }

    /** Whether what was looked up last is no longer what the tables say: somebody forgot to invalidate. */
    boolean stale() {
        return stale;
    }

    void invalidate() {
        for (long[] each : page) {
            Arrays.fill(each, EMPTY);
        }
    }
}
