package sharebuf.app.flow;

import java.lang.foreign.MemorySegment;
import sharebuf.app.media.Raster;

/** What a simulated encoder writes. TODO */
final class Bitstream {
    private Bitstream() {
    }

    static long sizeFor(Raster raster) {
        return raster.size();
    }

    static boolean read(MemorySegment unit, Raster raster, MemorySegment tight) {
        MemorySegment.copy(unit, 0, tight, 0, raster.size());
        return true;
    }
}
