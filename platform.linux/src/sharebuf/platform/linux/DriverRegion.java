package sharebuf.platform.linux;

import java.util.Optional;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.RegionId;

/**
 * Memory that a driver makes and somebody else asks it for, by ioctls of the driver's own: here it is only taken, as dma-bufs. What kind of
 * memory it is nobody says, unless the configuration does: not whether it is contiguous, nor whether it was cleared. Thread-safe.
 */
final class DriverRegion extends GrantedRegion {
    private final DmaBufs dmaBufs;
    private final String device;
    private final boolean contiguous;

    DriverRegion(RegionId id, String device, long limit, boolean contiguous, DmaBufs dmaBufs, Libc libc, Machine machine) {
        super(id, limit, libc.page(), 0, dmaBufs.mappings(), dmaBufs.recycling(), ram(machine));
        this.contiguous = contiguous;
        this.dmaBufs = dmaBufs;
        this.device = device;
    }

    @Override
    public Optional<String> device() {
        return Optional.of(device).filter(d -> !d.isEmpty());
    }

    @Override
    public boolean contiguous() {
        return contiguous;
    }

    @Override
    public synchronized Outcome<Long> take(int descriptor, long size) {
        Outcome<DmaBufs.Taken> taken = foreign() ? dmaBufs.takeSecond(descriptor, size, granule(), "foreign dma-buf")
                : dmaBufs.take(descriptor, size, granule(), "dma-buf of " + id());
        return taken.then(t -> {
            Optional<Refusal> beyond = beyond(t.size());
            if (beyond.isPresent()) {
                t.dmaBuf().close();
                return Outcome.no(beyond.get());
            }
            return add(0, t.dmaBuf(), size, t.size(), false);
        });
    }

    @Override
    public boolean foreign() {
        return device.isEmpty();
    }

    @Override
    String origin() {
        return device.isEmpty() ? "dma-bufs from outside" : "memory of " + device;
    }
}
