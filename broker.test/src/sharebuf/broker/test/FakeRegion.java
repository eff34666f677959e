package sharebuf.broker.test;

import java.util.Arrays;
import java.util.List;
import sharebuf.buffer.Outcome;
import sharebuf.device.VendorConstraint;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;

/** A placed region, what of it is reserved, and what it says of itself. */
public record FakeRegion(RegionId id, long base, long size, long granule, List<Extent> reserved, boolean reusable, List<VendorConstraint> properties) implements MemoryRegion {
    public FakeRegion(RegionId id, long base, long size, long granule, List<Extent> reserved, boolean reusable) {
        this(id, base, size, granule, reserved, reusable, List.of());
    }

    public FakeRegion(RegionId id, long base, long size, long granule, List<Extent> reserved) {
        this(id, base, size, granule, reserved, false);
    }

    public static FakeRegion stating(String name, long base, long size, String... properties) {
        return new FakeRegion(new RegionId(name), base, size, 4096, List.of(), false, Arrays.stream(properties).map(VendorConstraint::parse).toList());
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
