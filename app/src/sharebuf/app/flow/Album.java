package sharebuf.app.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;
import sharebuf.app.media.Raster;
import sharebuf.buffer.CpuAccess;
import sharebuf.device.Access;

/**
 * Keeps what a real device was given to show: the bytes of the buffer, read by the CPU while the device still has it, rows without
 * padding. Confined to one thread.
 */
final class Album {
    private final Flow flow;
    private final Raster raster;
    private final BiConsumer<Raster, MemorySegment> keep;
    private final MemorySegment tight;

    Album(Flow flow, Raster raster, BiConsumer<Raster, MemorySegment> keep) {
        this.flow = flow;
        this.raster = raster;
        this.keep = keep;
        tight = Arena.ofAuto().allocate(raster.size());
    }

    void add(int index) {
        try (CpuAccess access = flow.buffers().get(index).beginCpuAccess(Access.READ, Limits.STALL).orThrow()) {
            Rows.unpad(access, flow.set().layout().planes(), raster, tight);
        }
        keep.accept(raster, tight);
    }
}
