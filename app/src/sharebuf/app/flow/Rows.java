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
            copy(from.plane(plane), planes.get(plane), tight.asSlice(raster.offset(plane)), tight(raster, plane), raster, plane);
        }
    }

    /** Into a buffer, from planes that lie one after another in rows without padding. */
    static void pad(MemorySegment tight, Raster raster, CpuAccess to, List<PlaneLayout> planes) {
        for (int plane = 0; plane < planes.size(); plane++) {
            copy(tight.asSlice(raster.offset(plane)), tight(raster, plane), to.plane(plane), planes.get(plane), raster, plane);
        }
    }

    /** From buffer to buffer. */
    static void copy(CpuAccess from, List<PlaneLayout> fromPlanes, CpuAccess to, List<PlaneLayout> toPlanes, Raster raster) {
        for (int plane = 0; plane < fromPlanes.size(); plane++) {
            copy(from.plane(plane), fromPlanes.get(plane), to.plane(plane), toPlanes.get(plane), raster, plane);
        }
    }

    private static PlaneLayout tight(Raster raster, int plane) {
        return new PlaneLayout(0, 0, raster.rowBytes(plane), raster.rows(plane));
    }

    private static void copy(MemorySegment from, PlaneLayout source, MemorySegment to, PlaneLayout target, Raster raster, int plane) {
        long row = raster.rowBytes(plane);
        int rows = raster.rows(plane);
        if (source.tile().isEmpty() && target.tile().isEmpty() && source.pitch() == target.pitch()) {
            MemorySegment.copy(from, 0, to, 0, (rows - 1) * source.pitch() + row);
            return;
        }
        // What lies in one piece in both: a row, or as much of it as a tile holds.
        long piece = Math.min(piece(source), piece(target));
        for (int y = 0; y < rows; y++) {
            for (long x = 0; x < row; x += piece) {
                MemorySegment.copy(from, source.at(x, y) - source.offset(), to, target.at(x, y) - target.offset(), Math.min(piece, row - x));
            }
        }
    }

    private static long piece(PlaneLayout plane) {
        return plane.tile().map(t -> (long) t.width()).orElse(plane.pitch());
    }
}
