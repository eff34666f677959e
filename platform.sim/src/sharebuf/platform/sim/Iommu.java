package sharebuf.platform.sim;

import sharebuf.device.Access;
import sharebuf.pagetables.PageTables;

/**
 * The translation of one domain: which memory the addresses of its devices lead to.
 *
 * <p>Thread-safe: changed by one thread at a time, walked without a lock. A domain knows no device: those that share it see the same, whichever unit is in
 * front of them.
 */
final class Iommu {
    private final PageTables tables = new PageTables();

    /**
     * Makes a range of addresses lead to memory.
     *
     * @param iova first address, a multiple of a page
     * @param cpu where it leads, a multiple of a page
     * @param size in bytes, a multiple of a page
     * @param access what devices may do there
     * @throws IllegalArgumentException when it is not so, or some of the range leads somewhere already; then nothing is changed
     */
    synchronized void map(long iova, long cpu, long size, Access access) {
        map(iova, new long[] {cpu, size}, access);
    }

    /**
     * The same for pieces of memory, one behind the other, all or none.
     *
     * @param iova first address, a multiple of a page
     * @param pieces CPU address and size of each, in turns, multiples of a page
     * @param access what devices may do there
     * @throws IllegalArgumentException as above
     */
    synchronized void map(long iova, long[] pieces, Access access) {
        tables.map(iova, pieces, pieces.length / 2, (access.reads() ? PageTables.READ : 0) | (access.writes() ? PageTables.WRITE : 0));
    }

    /**
     * Makes a range lead nowhere. Devices may have what was there in their IOTLB until that is invalidated.
     *
     * @param iova first address, a multiple of a page
     * @param size in bytes, a multiple of a page
     */
    synchronized void unmap(long iova, long size) {
        tables.unmap(iova, size);
    }

    /** The entry of an address, or {@link PageTables#NONE}. */
    long walk(long iova) {
        return tables.walk(iova);
    }

    /** Small pages that lead somewhere. */
    synchronized long pages() {
        return tables.pages();
    }
}
