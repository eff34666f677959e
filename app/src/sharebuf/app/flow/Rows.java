package sharebuf.app.flow;

import java.lang.foreign.MemorySegment;
import java.util.List;
import sharebuf.app.media.Raster;
import sharebuf.buffer.CpuAccess;
import sharebuf.format.PlaneLayout;

/** Copies pictures row by row where pitches differ. */
final class Rows {
    private Rows() {
    }

    /** From a buffer: planes one after another, rows without padding. */
    static void unpad(CpuAccess from, List<PlaneLayout> planes, Raster raster, MemorySegment tight) {
        for (int plane = 0; plane < planes.size(); plane++) {
            copy(from.plane(plane), 0, planes.get(plane).pitch(), tight, raster.offset(plane), raster.rowBytes(plane), raster, plane);
        }
    }

    /** Into a buffer, from planes that lie one after another in rows without padding. */
    static void pad(MemorySegment tight, Raster raster, CpuAccess to, List<PlaneLayout> planes) {
        for (int plane = 0; plane < planes.size(); plane++) {
            copy(tight, raster.offset(plane), raster.rowBytes(plane), to.plane(plane), 0, planes.get(plane).pitch(), raster, plane);
        }
    }

    /** From buffer to buffer. */
    static void copy(CpuAccess from, List<PlaneLayout> fromPlanes, CpuAccess to, List<PlaneLayout> toPlanes, Raster raster) {
        for (int plane = 0; plane < fromPlanes.size(); plane++) {
            copy(from.plane(plane), 0, fromPlanes.get(plane).pitch(), to.plane(plane), 0, toPlanes.get(plane).pitch(), raster, plane);
        }
    }

    private static void copy(MemorySegment from, long fromOffset, long fromPitch, MemorySegment to, long toOffset, long toPitch, Raster raster, int plane) {
        long row = raster.rowBytes(plane);
        int rows = raster.rows(plane);
        if (fromPitch == toPitch) {
            MemorySegment.copy(from, fromOffset, to, toOffset, (rows - 1) * fromPitch + row);
            return;
        }
        for (int y = 0; y < rows; y++) {
            MemorySegment.copy(from, fromOffset + y * fromPitch, to, toOffset + y * toPitch, row);
        }
    }
}
