package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Span;

/**
 * Movable pages of somebody else that live in a reusable region while no buffer needs it, as page cache and anonymous memory live in
 * a CMA region of Linux. Which granules are lent, and which lodgers are pinned, follows from the region's seed.
 *
 * <p>Each lodger has content: every 8 bytes of it are a number made of its granule's index ({@link #pattern}). A move copies it to
 * pages outside the region. The region is not told when an extent is released, so a vacated granule stays vacated: it pays its move
 * once.
 *
 * <p>Thread-safe; moves of one region wait for each other, as migrations do under the kernel's CMA lock.
 */
final class Lodgers {
    /** Granules of a piece of the outside memory; one allocation each. */
    private static final int PIECE = 256;
    private static final int NOWHERE = -1;

    private final RegionSpec spec;
    private final Dram dram;
    private final BitSet lent = new BitSet();
    private final BitSet pinned = new BitSet();
    /** For each granule, where its lodger went; made at the first move. */
    private int[] home = {};
    private MemorySegment[] outside = {};
    private int settled;
    private final Arena arena = Arena.ofAuto(); // who moved out stays readable as long as anybody can ask
    private long pages;
    private long nanos;
    private long refused;

    Lodgers(RegionSpec spec, Dram dram) {
        this.spec = spec;
        this.dram = dram;
        if (spec.lent() > 0) {
            moveIn();
        }
    }

    private void moveIn() {
        int granules = Math.toIntExact(spec.span().size() / spec.granule());
        SplittableRandom random = new SplittableRandom(spec.seed());
        long[] content = new long[Math.toIntExact(spec.granule() / Long.BYTES)];
        BitSet holes = new BitSet();
        for (Span hole : spec.reserved()) {
            int first = Math.toIntExact((hole.base() - spec.span().base()) / spec.granule());
            holes.set(first, first + Math.toIntExact(hole.size() / spec.granule()));
        }
        for (int g = 0; g < granules; g++) { // both numbers are drawn always, so that a changed share keeps the others where they were
            boolean lends = random.nextInt(100) < spec.lent();
            boolean pins = random.nextInt(1000) < spec.pinned();
            if (lends && !holes.get(g)) {
                lent.set(g);
                pinned.set(g, pins);
                fill(dram.at(place(g)), content, pattern(g));
            }
        }
    }

    /** The number that a lodger's content repeats. */
    long pattern(int granule) {
        long z = spec.seed() * 0x9E3779B97F4A7C15L + granule + 1; // the finisher of splitmix64: every granule another number
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /**
     * Writes a page at once, through an array: a board has tens of thousands of them, and all are written before anything else can
     * start.
     *
     * @param page    to fill
     * @param content of the same size, overwritten
     * @param pattern that is repeated
     */
    static void fill(MemorySegment page, long[] content, long pattern) {
        Arrays.fill(content, pattern);
        MemorySegment.copy(content, 0, page, ValueLayout.JAVA_LONG_UNALIGNED, 0, content.length);
    }

    private Span place(int granule) {
        return new Span(spec.span().base() + granule * spec.granule(), spec.granule());
    }

    /**
     * Moves the lodgers of a range away.
     *
     * @param offset a multiple of the granule, inside the region
     * @param size a multiple of the granule, inside the region
     * @return bytes moved; EBUSY with the place of the first pinned lodger, then nothing was moved
     */
    synchronized Outcome<Long> vacate(long offset, long size) {
        int first = Math.toIntExact(offset / spec.granule());
        int end = Math.toIntExact((offset + size) / spec.granule());
        int stuck = pinned.nextSetBit(first);
        if (stuck >= 0 && stuck < end) {
            refused++;
            return Outcome.no(Refusal.of(Errno.EBUSY, "lodgers of region " + spec.name() + " must leave offset 0x" + Long.toHexString(offset)
                    + " to 0x" + Long.toHexString(offset + size - 1),
                    "a pinned page at offset 0x" + Long.toHexString(stuck * spec.granule()) + " (CPU address " + place(stuck) + ")",
                    "a range of movable pages"));
        }
        int lodger = lent.nextSetBit(first);
        if (lodger < 0 || lodger >= end) {
            return Outcome.ok(0L);
        }
        long start = System.nanoTime();
        long moved = 0;
        for (; lodger >= 0 && lodger < end; lodger = lent.nextSetBit(lodger + 1)) {
            moveOut(lodger);
            moved++;
        }
        pages += moved;
        nanos += System.nanoTime() - start;
        return Outcome.ok(moved * spec.granule());
    }

    private void moveOut(int granule) {
        if (home.length == 0) {
            home = new int[Math.toIntExact(spec.span().size() / spec.granule())];
            Arrays.fill(home, NOWHERE);
        }
        int slot = settled++;
        if (slot / PIECE == outside.length) {
            outside = Arrays.copyOf(outside, outside.length + 1);
            outside[slot / PIECE] = arena.allocate(PIECE * spec.granule(), Libc.PAGE);
        }
        dram.read(place(granule).base(), outside[slot / PIECE], slot % PIECE * spec.granule(), spec.granule());
        home[granule] = slot;
        lent.clear(granule);
    }

    /** The bytes of a lodger, wherever it lives now; empty when the granule never had one. */
    synchronized MemorySegment content(int granule) {
        if (lent.get(granule)) {
            return dram.at(place(granule));
        }
        int slot = granule < home.length ? home[granule] : NOWHERE;
        return slot == NOWHERE ? MemorySegment.NULL : outside[slot / PIECE].asSlice(slot % PIECE * spec.granule(), spec.granule());
    }

    /** Bytes that a move out of a range would copy. */
    synchronized long lent(long offset, long size) {
        int first = Math.toIntExact(offset / spec.granule());
        int end = Math.toIntExact((offset + size) / spec.granule());
        long count = 0;
        for (int g = lent.nextSetBit(first); g >= 0 && g < end; g = lent.nextSetBit(g + 1)) {
            count++;
        }
        return count * spec.granule();
    }

    synchronized boolean isLent(int granule) {
        return lent.get(granule);
    }

    synchronized boolean isPinned(int granule) {
        return pinned.get(granule);
    }

    /** Lodgers moved so far. */
    synchronized long pagesMoved() {
        return pages;
    }

    /** Time that the moves took. */
    synchronized long nanosMoving() {
        return nanos;
    }

    /** Ranges that a pinned lodger held. */
    synchronized long refused() {
        return refused;
    }

    @Override
    public synchronized String toString() {
        return lent.cardinality() + " pages lent, " + pinned.cardinality() + " pinned, " + pages + " moved in " + nanos / 1000 + " us, "
                + refused + " ranges refused";
    }
}
