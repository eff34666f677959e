package sharebuf.tck;

import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;

/**
 * A granted region: the kernel, or a driver, chooses where memory lies.
 *
 * <p>Immutable.
 *
 * @param id its name
 * @param size its limit in bytes, a multiple of the granule
 * @param granule a power of two
 * @param contiguous whether what is granted is known to be in one piece
 * @param device of the driver that makes the memory; empty for the kernel itself
 */
public record TestGrants(RegionId id, long size, long granule, boolean contiguous, Optional<String> device) implements MemoryRegion {
    @Override
    public RegionKind kind() {
        return RegionKind.GRANTED;
    }

    @Override
    public long base() {
        return 0;
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
    public List<Extent> reserved() {
        return List.of();
    }

    @Override
    public Outcome<Long> vacate(long offset, long bytes) {
        return Outcome.ok(0L);
    }
}
