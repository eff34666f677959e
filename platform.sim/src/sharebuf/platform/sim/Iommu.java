package sharebuf.platform.sim;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import sharebuf.device.Access;

/**
 * The page tables of one domain: which memory the addresses of its devices lead to. Walked as hardware does, three levels of 512 entries.
 *
 * <pre>
 *   address   38 ...... 30 29 ...... 21 20 ...... 12 11 ...... 0
 *             level 1      level 2      level 3      byte in page
 *   entry     CPU address of the page, read, write, valid
 * </pre>
 *
 * <p>Thread-safe: changed by one thread at a time, walked without a lock. A domain knows no device: those that share it see the same.
 */
final class Iommu {
    /** Bytes of a page. */
    static final long PAGE = 4096;
    /** First address that the tables cannot hold. */
    static final long END = 1L << 39;
    /** No translation. */
    static final long NONE = 0;
    private static final long READ = 1;
    private static final long WRITE = 2;
    private static final long VALID = 4;
    private static final int ENTRIES = 512;
    private static final int SHIFT = 12;
    private static final int BITS = 9;

    private final AtomicReferenceArray<AtomicReferenceArray<AtomicLongArray>> top = new AtomicReferenceArray<>(ENTRIES);
    private long pages;

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
        check(iova, size);
        if ((cpu & PAGE - 1) != 0) {
            throw new IllegalArgumentException("CPU address 0x" + Long.toHexString(cpu) + ": an IOMMU maps whole pages of " + PAGE + " bytes");
        }
        for (long at = 0; at < size; at += PAGE) {
            if (walk(iova + at) != NONE) {
                throw new IllegalArgumentException("IOVA 0x" + Long.toHexString(iova + at) + " leads to CPU address 0x" + Long.toHexString(cpu(walk(iova + at), iova + at)) + " already");
            }
        }
        long rights = VALID | (access.reads() ? READ : 0) | (access.writes() ? WRITE : 0);
        for (long at = 0; at < size;) {
            AtomicLongArray last = table(iova + at);
            for (int i = index(iova + at, 2); i < ENTRIES && at < size; i++, at += PAGE) {
                last.set(i, cpu + at | rights);
            }
        }
        pages += size / PAGE;
    }

    /**
     * Makes a range lead nowhere. Devices may have what was there in their IOTLB until that is invalidated.
     *
     * @param iova first address, a multiple of a page
     * @param size in bytes, a multiple of a page
     */
    synchronized void unmap(long iova, long size) {
        check(iova, size);
        for (long at = 0; at < size; at += PAGE) {
            if (walk(iova + at) != NONE) {
                table(iova + at).set(index(iova + at, 2), NONE);
                pages--;
            }
        }
    }

    /** The entry of an address, or {@link #NONE}. */
    long walk(long iova) {
        if (iova < 0 || iova >= END) {
            return NONE;
        }
        AtomicReferenceArray<AtomicLongArray> middle = top.get(index(iova, 0));
        AtomicLongArray last = middle == null ? null : middle.get(index(iova, 1));
        return last == null ? NONE : last.get(index(iova, 2));
    }

    /** Pages that lead somewhere. */
    synchronized long pages() {
        return pages;
    }

    /** Where an entry leads an address. */
    static long cpu(long entry, long iova) {
        return entry & -PAGE | iova & PAGE - 1;
    }

    /** Whether an entry permits an access. */
    static boolean permits(long entry, boolean write) {
        return (entry & (write ? WRITE : READ)) != 0;
    }

    private AtomicLongArray table(long iova) {
        AtomicReferenceArray<AtomicLongArray> middle = top.get(index(iova, 0));
        if (middle == null) {
            middle = new AtomicReferenceArray<>(ENTRIES);
            top.set(index(iova, 0), middle);
        }
        AtomicLongArray last = middle.get(index(iova, 1));
        if (last == null) {
            last = new AtomicLongArray(ENTRIES);
            middle.set(index(iova, 1), last);
        }
        return last;
    }

    private static int index(long iova, int level) {
        return (int) (iova >>> SHIFT + BITS * (2 - level)) & ENTRIES - 1;
    }

    private static void check(long iova, long size) {
        if (((iova | size) & PAGE - 1) != 0 || size < PAGE || iova < 0 || iova > END - size) {
            throw new IllegalArgumentException("IOVA 0x" + Long.toHexString(iova) + ", " + size + " bytes: whole pages of " + PAGE + " bytes below 0x" + Long.toHexString(END));
        }
    }
}
