package sharebuf.platform.sim;

import java.util.List;
import sharebuf.buffer.Outcome;
import sharebuf.device.VendorConstraint;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Span;

/** A placed region of simulated memory, with its lodgers. Thread-safe; the values never change. */
final class SimRegion implements SimMemory {
    private final RegionSpec spec;
    private final RegionId id;
    private final List<Extent> reserved;
    private final Lodgers lodgers;

    SimRegion(RegionSpec spec, Dram dram) {
        this.spec = spec;
        id = new RegionId(spec.name());
        reserved = spec.reserved().stream().map(s -> new Extent(id, s.base() - spec.span().base(), s.size())).toList();
        lodgers = new Lodgers(spec, dram);
    }

    @Override
    public RegionSpec spec() {
        return spec;
    }

    Lodgers lodgers() {
        return lodgers;
    }

    @Override
    public Span span(Extent extent) {
        return spec.span(extent);
    }

    @Override
    public RegionId id() {
        return id;
    }

    @Override
    public RegionKind kind() {
        return RegionKind.PLACED;
    }

    @Override
    public long base() {
        return spec.span().base();
    }

    @Override
    public long size() {
        return spec.span().size();
    }

    @Override
    public long granule() {
        return spec.granule();
    }

    @Override
    public boolean reusable() {
        return spec.reusable();
    }

    @Override
    public boolean mapped() {
        return spec.mapped();
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
    public List<VendorConstraint> properties() {
        return spec.properties();
    }

    @Override
    public Outcome<Long> vacate(long offset, long size) {
        check(offset, size);
        return lodgers.vacate(offset, size);
    }

    @Override
    public long lent(long offset, long size) {
        check(offset, size);
        return lodgers.lent(offset, size);
    }

    private void check(long offset, long size) {
        if (offset < 0 || size < 1 || size > size() - offset || (offset | size) % granule() != 0) {
            throw new IllegalArgumentException(id + ": a range at 0x" + Long.toHexString(offset) + " of 0x" + Long.toHexString(size)
                    + " bytes: multiples of " + granule() + " inside 0x" + Long.toHexString(size()) + " bytes");
        }
    }

    @Override
    public String toString() {
        return id + " " + spec.span() + (spec.reusable() ? ", " + lodgers : "");
    }
}
