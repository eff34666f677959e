package sharebuf.broker.test;

import java.util.List;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;

/** A placed region, and what of it is reserved. */
public record FakeRegion(RegionId id, long base, long size, long granule, List<Extent> reserved, boolean reusable) implements MemoryRegion {
    public FakeRegion(RegionId id, long base, long size, long granule, List<Extent> reserved) {
        this(id, base, size, granule, reserved, false);
    }

    public static FakeRegion of(String name, long base, long size) {
        return new FakeRegion(new RegionId(name), base, size, 4096, List.of());
    }

    @Override
    public RegionKind kind() {
        return RegionKind.PLACED;
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
    public Outcome<Long> vacate(long offset, long size) {
        return Outcome.ok(0L);
    }
}
