package sharebuf.app.lend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntFunction;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.format.PlaneLayout;

/** Moves a picture between rows with padding and rows without, and knows its stamp. Confined to one thread at a time. */
final class Pixels {
    private final Raster raster;
    private final List<PlaneLayout> planes;
    private final MemorySegment tight;
    private final Stamp stamp;

    Pixels(Raster raster, List<PlaneLayout> planes) {
        this.raster = raster;
        this.planes = planes;
        tight = Arena.ofAuto().allocate(raster.size());
        stamp = new Stamp(raster);
    }

    /** Draws into the picture without padding. */
    interface Draw {
        void into(MemorySegment pixels);
    }

    /** Draws a frame, stamps it with its number, and brings it into a buffer. */
    void write(long number, Draw draw, IntFunction<MemorySegment> plane) {
        draw.into(tight);
        stamp.write(number, tight);
        each(plane, true);
    }

    /** Reads a frame of a buffer. */
    Stamp.Reading read(IntFunction<MemorySegment> plane) {
        each(plane, false);
        return stamp.read(tight);
    }

    private void each(IntFunction<MemorySegment> plane, boolean out) {
        for (int p = 0; p < planes.size(); p++) {
            MemorySegment rows = plane.apply(p);
            long row = raster.rowBytes(p);
            for (int y = 0; y < raster.rows(p); y++) {
                long padded = y * planes.get(p).pitch();
                long without = raster.offset(p) + y * row;
                MemorySegment.copy(out ? tight : rows, out ? without : padded, out ? rows : tight, out ? padded : without, row);
            }
        }
    }
}
