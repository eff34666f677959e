package sharebuf.tck;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;

/**
 * A region without memory behind it, with lodgers of one granule each.
 *
 * <p>Not thread-safe.
 */
public final class TestRegion implements MemoryRegion {
    private final RegionId id;
    private final long base;
    private final long size;
    private final long granule;
    private final List<Extent> reserved;
    private final BitSet lodgers = new BitSet();
    private final BitSet pinned = new BitSet();
    private RegionKind kind = RegionKind.PLACED;
    private long moved;

    /**
     * A region without lodgers.
     *
     * @param name its name
     * @param base first CPU address, a multiple of the granule
     * @param size in bytes, a multiple of the granule
     * @param granule a power of two
     * @param reserved offset and size of each reserved part, in ascending order
     */
    public TestRegion(String name, long base, long size, long granule, long... reserved) {
        id = new RegionId(name);
        this.base = base;
        this.size = size;
        this.granule = granule;
        this.reserved = java.util.stream.IntStream.range(0, reserved.length / 2).mapToObj(i -> new Extent(id, reserved[2 * i], reserved[2 * i + 1])).toList();
    }

    /**
     * Lends part of it.
     *
     * @param random says where
     * @param percent how many of a hundred granules have a lodger
     * @param perMille how many of a thousand lodgers are pinned
     * @return this
     */
    public TestRegion lend(Random random, int percent, int perMille) {
        for (int i = 0; i < size / granule; i++) {
            if (random.nextInt(100) < percent) {
                lodgers.set(i);
                pinned.set(i, random.nextInt(1000) < perMille);
            }
        }
        return this;
    }

    /**
     * Pins a lodger.
     *
     * @param offset a multiple of the granule
     * @return this
     */
    public TestRegion pin(long offset) {
        lodgers.set((int) (offset / granule));
        pinned.set((int) (offset / granule));
        return this;
    }

    /**
     * Makes it a granted region.
     *
     * @return this
     */
    public TestRegion granted() {
        kind = RegionKind.GRANTED;
        return this;
    }

    /**
     * Whether a pinned lodger is in a range.
     *
     * @param offset a multiple of the granule
     * @param bytes a multiple of the granule
     * @return true when so
     */
    public boolean isPinned(long offset, long bytes) {
        int first = pinned.nextSetBit((int) (offset / granule));
        return first >= 0 && first < (offset + bytes) / granule;
    }

    /**
     * What {@link #vacate} moved.
     *
     * @return bytes since the beginning
     */
    public long moved() {
        return moved;
    }

    @Override
    public RegionId id() {
        return id;
    }

    @Override
    public RegionKind kind() {
        return kind;
    }

    @Override
    public long base() {
        return base;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long granule() {
        return granule;
    }

    @Override
    public boolean reusable() {
        return !lodgers.isEmpty();
    }

    @Override
    public boolean mapped() {
        return true;
    }

    @Override
    public boolean contiguous() {
        return false;
    }

    @Override
    public List<Extent> reserved() {
        return reserved;
    }

    @Override
    public Outcome<Long> vacate(long offset, long bytes) {
        if (offset < 0 || bytes < granule || offset + bytes > size || (offset | bytes) % granule != 0) {
            throw new IllegalArgumentException("vacate " + offset + "+" + bytes + " in " + id + " of " + size + " bytes, granule " + granule);
        }
        long before = moved;
        for (int i = (int) (offset / granule); i < (offset + bytes) / granule; i++) {
            if (pinned.get(i)) {
                return Outcome.no(Refusal.of(Errno.EBUSY, "pinned", "a pinned lodger at offset 0x" + Long.toHexString(i * granule) + " of " + id,
                        "a range that can be vacated"));
            }
            if (lodgers.get(i)) {
                lodgers.clear(i);
                moved += granule;
            }
        }
        return Outcome.ok(moved - before);
    }

    @Override
    public long lent(long offset, long bytes) {
        return lodgers.get((int) (offset / granule), (int) ((offset + bytes) / granule)).cardinality() * granule;
    }

    @Override
    public String toString() {
        return id + " 0x" + Long.toHexString(base) + "+0x" + Long.toHexString(size);
    }
}
