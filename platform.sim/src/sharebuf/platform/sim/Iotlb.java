package sharebuf.platform.sim;

import java.util.Arrays;

/**
 * What a device remembers of its domain's page tables: entries that it has walked to before. It is told of changes by invalidation only, as
 * hardware is; the simulator looks again at each use, so that what was forgotten is seen.
 *
 * <p>Externally synchronised: the engine holds its lock while bytes move, and invalidates under it.
 */
final class Iotlb {
    private static final int SLOTS = 64;
    private static final long EMPTY = -1;

    private final Iommu domain;
    private final long[] page = new long[SLOTS];
    private final long[] entry = new long[SLOTS];
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
        long wanted = iova >>> 12;
        int slot = (int) wanted & SLOTS - 1;
        long now = domain.walk(iova);
        if (page[slot] != wanted) {
            stale = false;
            if (now != Iommu.NONE) { // a fault is not remembered
                page[slot] = wanted;
                entry[slot] = now;
            }
            return now;
        }
        stale = entry[slot] != now;
        return entry[slot];
    }

    /** Whether what was looked up last is no longer what the tables say: somebody forgot to invalidate. */
    boolean stale() {
        return stale;
    }

    void invalidate() {
        Arrays.fill(page, EMPTY);
    }
}
