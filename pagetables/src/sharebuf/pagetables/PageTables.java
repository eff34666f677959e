package sharebuf.pagetables;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The page tables of one domain. Three levels of 512 entries:
 *
 * <pre>
 *   address   38 ...... 30 29 ...... 21 20 ...... 12 11 ...... 0
 *             level 1      level 2      level 3      byte in page
 *                          |            |
 *                          2 MiB page   4 KiB page; 16 entries alike: a 64 KiB page
 *   entry     CPU address of the page, size, valid, write, read
 * </pre>
 *
 * Those are the sizes of a translation table with a 4 KiB granule and its contiguous bit (Arm Architecture Reference Manual, VMSAv8-64). A range gets the
 * largest pages that its addresses on both sides allow: it needs fewer entries then, and a device that remembers entries remembers more of it.
 *
 * <p>Changed by one thread at a time, which the caller sees to; walked by any number of threads meanwhile, without a lock. A walk that begins after a change
 * was published, by whatever hands the addresses on, sees it; one beside it sees each entry as it was or as it is.
 */
public final class PageTables {
    /** Bytes of a small page. */
    public static final long PAGE = 4 << 10;
    /** Bytes of a large page. */
    public static final long LARGE = 64 << 10;
    /** Bytes of a page that is one entry of the second level. */
    public static final long BLOCK = 2 << 20;
    /** First address that the tables cannot hold. */
    public static final long END = 1L << 39;
    /** No translation. */
    public static final long NONE = 0;
    /** Right of a device to read. */
    public static final long READ = 1;
    /** Right of a device to write. */
    public static final long WRITE = 2;

    private static final long VALID = 4;
    private static final long IS_LARGE = 8;
    private static final long IS_BLOCK = 16;
    private static final int ENTRIES = 512;
    private static final int GROUP = (int) (LARGE / PAGE);
    private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);

    /** The second level below one entry of the first. An address is led by its block if that is valid, else by its table. */
    private static final class Middle {
        private final long[] blocks = new long[ENTRIES];
        private final AtomicReferenceArray<long[]> tables = new AtomicReferenceArray<>(ENTRIES);
        /** Valid entries of each table. */
        private final int[] used = new int[ENTRIES];
    }

    private final AtomicReferenceArray<Middle> top = new AtomicReferenceArray<>(ENTRIES);
    private long pages;

    /**
     * Makes a range of addresses lead to contiguous memory.
     *
     * @param iova first address, a multiple of {@link #PAGE}
     * @param cpu where it leads, a multiple of {@link #PAGE}
     * @param size in bytes, a multiple of {@link #PAGE}
     * @param rights {@link #READ}, {@link #WRITE} or both
     * @throws IllegalArgumentException when it is not so, or some of the range leads somewhere already; then nothing is changed
     */
    public void map(long iova, long cpu, long size, long rights) {
        map(iova, new long[] {cpu, size}, 1, rights);
    }

    /**
     * Makes a range of addresses lead to pieces of memory, one behind the other: checked and walked to once, however many they are.
     *
     * @param iova first address, a multiple of {@link #PAGE}
     * @param pieces CPU address and size of each piece, in turns, multiples of {@link #PAGE}
     * @param count how many pieces
     * @param rights {@link #READ}, {@link #WRITE} or both
     * @throws IllegalArgumentException when it is not so, or some of the range leads somewhere already; then nothing is changed
     */
    public void map(long iova, long[] pieces, int count, long rights) {
        long size = 0;
        long bits = 0;
        for (int i = 0; i < 2 * count; i += 2) {
            bits |= pieces[i] | pieces[i + 1];
            size += pieces[i + 1];
            if (pieces[i] < 0 || pieces[i + 1] < PAGE || size < 0) {
                throw new IllegalArgumentException("CPU address 0x" + Long.toHexString(pieces[i]) + ", " + pieces[i + 1] + " bytes: no address of memory");
            }
        }
        if ((bits & PAGE - 1) != 0) {
            throw new IllegalArgumentException("CPU address 0x" + Long.toHexString(pieces[0]) + ", " + pieces[1] + " bytes: an IOMMU maps whole pages of " + PAGE + " bytes");
        }
        check(iova, size);
        checkFree(iova, size);
        enter(iova, pieces, count, rights & (READ | WRITE) | VALID);
        pages += size / PAGE;
        VarHandle.releaseFence();
    }

    /** Table by table, whatever pieces lie in each. */
    private void enter(long iova, long[] pieces, int count, long rights) {
        long at = iova;
        long cpu = pieces[0];
        long left = pieces[1];
        for (int piece = 0; piece < 2 * count;) {
            Middle middle = middle(at);
            int second = index(at, 1);
            if (left >= BLOCK && ((at | cpu) & BLOCK - 1) == 0 && middle.used[second] == 0) {
                middle.blocks[second] = cpu | rights | IS_BLOCK;
                at += BLOCK;
                cpu += BLOCK;
                left -= BLOCK;
                if (left == 0 && (piece += 2) < 2 * count) {
                    cpu = pieces[piece];
                    left = pieces[piece + 1];
                }
                continue;
            }
            long[] table = table(middle, second);
            int first = index(at, 2);
            int entry = first;
            while (entry < ENTRIES && piece < 2 * count) {
                if (left == PAGE) {
                    table[entry++] = cpu | rights;
                    left = 0;
                } else {
                    int n = (int) Math.min(left / PAGE, ENTRIES - entry);
                    fill(table, entry, n, cpu, rights);
                    entry += n;
                    cpu += n * PAGE;
                    left -= n * PAGE;
                }
                if (left == 0 && (piece += 2) < 2 * count) {
                    cpu = pieces[piece];
                    left = pieces[piece + 1];
                }
            }
            middle.used[second] += entry - first;
            at += (entry - first) * PAGE;
        }
    }

    /** Entries of one table, in 64 KiB pages where both sides lie alike in them. */
    private static void fill(long[] table, int first, int count, long cpu, long rights) {
        int end = first + count;
        int at = first;
        long memory = cpu;
        if ((memory / PAGE - at) % GROUP == 0) {
            int head = Math.min(end, first + GROUP - 1 & -GROUP);
            for (; at < head; at++, memory += PAGE) {
                table[at] = memory | rights;
            }
            for (; end - at >= GROUP; at += GROUP, memory += LARGE) {
                Arrays.fill(table, at, at + GROUP, memory | rights | IS_LARGE);
            }
        }
        for (int i = 0; i < end - at; i++) {
            table[at + i] = memory + i * PAGE | rights;
        }
    }

    private void checkFree(long iova, long size) {
        long end = iova + size;
        for (long at = iova; at < end; at = (at & -BLOCK) + BLOCK) {
            Middle middle = top.get(index(at, 0));
            if (middle == null) {
                continue;
            }
            int second = index(at, 1);
            long taken = middle.blocks[second] != NONE ? at : NONE;
            if (taken == NONE && middle.used[second] != 0) {
                long[] table = middle.tables.get(second);
                int first = index(at, 2);
                int last = (int) Math.min(ENTRIES, first + (end - at) / PAGE);
                for (int i = first; i < last && taken == NONE; i++) {
                    taken = table[i] != NONE ? at + (i - first) * PAGE : NONE;
                }
            }
            if (taken != NONE) {
                throw new IllegalArgumentException("IOVA 0x" + Long.toHexString(taken) + " leads to CPU address 0x" + Long.toHexString(cpu(walk(taken), taken)) + " already");
            }
        }
    }

    /**
     * Makes a range lead nowhere, whatever it led to. A page that lies in it in part becomes smaller ones.
     *
     * @param iova first address, a multiple of {@link #PAGE}
     * @param size in bytes, a multiple of {@link #PAGE}
     * @throws IllegalArgumentException when it is not so
     */
    public void unmap(long iova, long size) {
        check(iova, size);
        long end = iova + size;
        for (long at = iova; at < end; at = (at & -BLOCK) + BLOCK) {
            Middle middle = top.get(index(at, 0));
            if (middle == null) {
                continue;
            }
            int second = index(at, 1);
            int first = index(at, 2);
            int last = (int) Math.min(ENTRIES, first + (end - at) / PAGE);
            if (middle.blocks[second] != NONE) {
                if (last - first == ENTRIES) {
                    middle.blocks[second] = NONE;
                    pages -= ENTRIES;
                    continue;
                }
                split(middle, second);
            }
            if (middle.used[second] != 0) {
                clear(middle, second, first, last);
            }
        }
        VarHandle.releaseFence();
    }

    private static void split(Middle middle, int second) {
        long block = middle.blocks[second];
        long[] table = table(middle, second);
        fill(table, 0, ENTRIES, block & -BLOCK, block & (READ | WRITE | VALID));
        middle.used[second] = ENTRIES;
        // The table leads as the block does, so a walk beside this sees no difference.
        ENTRY.setRelease(middle.blocks, second, NONE);
    }

    private void clear(Middle middle, int second, int first, int last) {
        long[] table = middle.tables.get(second);
        small(table, first);
        small(table, last);
        int live = 0;
        for (int i = first; i < last; i++) {
            live += table[i] != NONE ? 1 : 0;
        }
        Arrays.fill(table, first, last, NONE);
        middle.used[second] -= live;
        pages -= live;
    }

    /** A large page that a place is inside of becomes small ones. */
    private static void small(long[] table, int place) {
        if (place % GROUP == 0 || (table[place] & IS_LARGE) == 0) {
            return;
        }
        int group = place & -GROUP;
        long entry = table[group];
        for (int i = 0; i < GROUP; i++) {
            table[group + i] = (entry & -LARGE) + i * PAGE | entry & (READ | WRITE | VALID);
        }
    }

    /**
     * The entry that leads an address.
     *
     * @param iova any address
     * @return the entry, or {@link #NONE}
     */
    public long walk(long iova) {
        if (iova < 0 || iova >= END) {
            return NONE;
        }
        Middle middle = top.get(index(iova, 0));
        if (middle == null) {
            return NONE;
        }
        int second = index(iova, 1);
        long block = (long) ENTRY.getAcquire(middle.blocks, second);
        if (block != NONE) {
            return block;
        }
        long[] table = middle.tables.get(second);
        return table == null ? NONE : (long) ENTRY.getAcquire(table, index(iova, 2));
    }

    /**
     * Small pages that lead somewhere, those in larger ones included.
     *
     * @return how many
     */
    public long pages() {
        return pages;
    }

    /**
     * Bytes of the page that an entry is.
     *
     * @param entry a valid one
     * @return {@link #PAGE}, {@link #LARGE} or {@link #BLOCK}
     */
    public static long size(long entry) {
        return (entry & IS_BLOCK) != 0 ? BLOCK : (entry & IS_LARGE) != 0 ? LARGE : PAGE;
    }

    /**
     * Where an entry leads an address.
     *
     * @param entry a valid one
     * @param iova an address in its page
     * @return the CPU address
     */
    public static long cpu(long entry, long iova) {
        long mask = size(entry) - 1;
        return entry & ~(mask | PAGE - 1) | iova & mask;
    }

    /**
     * Whether an entry permits an access.
     *
     * @param entry a valid one
     * @param write true to write memory
     * @return true when it does
     */
    public static boolean permits(long entry, boolean write) {
        return (entry & (write ? WRITE : READ)) != 0;
    }

    private Middle middle(long iova) {
        int first = index(iova, 0);
        Middle middle = top.get(first);
        if (middle == null) {
            middle = new Middle();
            top.set(first, middle);
        }
        return middle;
    }

    private static long[] table(Middle middle, int second) {
        long[] table = middle.tables.get(second);
        if (table == null) {
            table = new long[ENTRIES];
            middle.tables.set(second, table);
        }
        return table;
    }

    private static int index(long iova, int level) {
        return (int) (iova >>> 12 + 9 * (2 - level)) & ENTRIES - 1;
    }

    private static void check(long iova, long size) {
        if (((iova | size) & PAGE - 1) != 0 || size < PAGE || iova < 0 || iova > END - size) {
            throw new IllegalArgumentException("IOVA 0x" + Long.toHexString(iova) + ", " + size + " bytes: whole pages of " + PAGE + " bytes below 0x" + Long.toHexString(END));
        }
    }
}
