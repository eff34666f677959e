package sharebuf.broker.test;

import java.util.ArrayList;
import java.util.List;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;

/** A region that takes dma-bufs of others: its extents are what was taken. */
public final class FakeForeign implements MemoryRegion {
    public static final RegionId ID = new RegionId("foreign");

    public final List<Extent> taken = new ArrayList<>();
    public int most = Integer.MAX_VALUE;
    private long next;

    @Override
    public RegionId id() {
        return ID;
    }

    @Override
    public RegionKind kind() {
        return RegionKind.GRANTED;
    }

    @Override
    public boolean foreign() {
        return true;
    }

    @Override
    public synchronized Outcome<Long> take(int descriptor, long size) {
        if (taken.size() >= most) {
            return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "no room", size + " bytes"));
        }
        Extent extent = new Extent(ID, next, size);
        next += size;
        taken.add(extent);
        return Outcome.ok(extent.offset());
    }

    @Override
    public synchronized void ungrant(Extent extent) {
        if (!taken.remove(extent)) {
            throw new IllegalStateException(extent + " given back twice");
        }
    }

    @Override
    public long base() {
        return 0;
    }

    @Override
    public long size() {
        return 1 << 20;
    }

    @Override
    public long granule() {
        return 4096;
    }

    @Override
    public boolean reusable() {
        return false;
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
        return List.of();
    }

    @Override
    public Outcome<Long> vacate(long offset, long size) {
        return Outcome.ok(0L);
    }
}
