package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BooleanSupplier;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;

/**
 * A picture in memory as a device is programmed with it: what its pixels are, where its planes lie in its objects, and the scatter
 * list of each object.
 *
 * <p>Immutable.
 *
 * @param pixels format of the pixels
 * @param width in pixels
 * @param height in pixels
 * @param layout where the planes lie
 * @param lists the scatter lists, one an object
 */
record Picture(PixelFormat pixels, int width, int height, Layout layout, List<ScatterList> lists) {
    /** Lines that are moved before the device looks whether it shall go on. */
    static final int BAND = 64;

    /**
     * Moves lines between memory and a packed picture: all planes of a line together, as a raster goes. Lines without padding go as
     * one piece.
     *
     * @param engine moves the bytes
     * @param packed the device's side
     * @param from first line
     * @param to line behind the last
     * @param write true to write memory, false to read it
     * @param go false stops the job at the next band
     * @return whether all lines were moved
     */
    boolean move(DmaEngine engine, MemorySegment packed, int from, int to, boolean write, BooleanSupplier go) {
        for (int line = from; line < to; line += BAND) {
            if (!go.getAsBoolean() || !band(engine, packed, line, Math.min(to, line + BAND), write)) {
                return false;
            }
        }
        return true;
    }

    private boolean band(DmaEngine engine, MemorySegment packed, int from, int to, boolean write) {
        long base = 0;
        for (int i = 0; i < pixels.planes().size(); i++) {
            PlaneLayout plane = layout.planes().get(i);
            ScatterList list = lists.get(plane.object());
            long bytes = Packed.rowBytes(pixels, i, width);
            long first = Packed.rows(pixels, i, from);
            long end = Packed.rows(pixels, i, to);
            if (bytes == plane.pitch()) {
                if (end > first && !engine.move(list, plane.offset() + first * bytes, packed, base + first * bytes, (end - first) * bytes, write)) {
                    return false;
                }
            } else {
                for (long row = first; row < end; row++) {
                    if (!engine.move(list, plane.offset() + row * plane.pitch(), packed, base + row * bytes, bytes, write)) {
                        return false;
                    }
                }
            }
            base += bytes * Packed.rows(pixels, i, height);
        }
        return true;
    }
}
