package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
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
 * @param turn how the device sees it; rows of the layout are all that there are in memory then, not only those of the picture
 */
record Picture(PixelFormat pixels, int width, int height, Layout layout, List<ScatterList> lists, Turn turn) {
    /** Lines that are moved before the device looks whether it shall go on. */
    static final int BAND = 64;

    /** A picture that is seen as it is. */
    Picture(PixelFormat pixels, int width, int height, Layout layout, List<ScatterList> lists) {
        this(pixels, width, height, layout, lists, Turn.NONE);
    }

    /**
     * The left upper part of it, as the device sees that: with rows and columns exchanged, or from the other side, where what pads the rows in memory comes first.
     *
     * @param w its width as it is, in pixels
     * @param h its height as it is, in pixels
     */
    Picture part(int w, int h) {
        if (turn.equals(Turn.NONE)) {
            return new Picture(pixels, w, h, layout, lists);
        }
        List<PlaneLayout> planes = new ArrayList<>();
        for (int i = 0; i < layout.planes().size(); i++) {
            PlaneLayout plane = layout.planes().get(i);
            long bytes = pixels.planes().get(i).bytes();
            long columns = plane.pitch() / bytes;
            long wide = Packed.rowBytes(pixels, i, w) / bytes;
            long high = Packed.rows(pixels, i, h);
            long beforeX = turn.mirrorX() ? columns - wide : 0;
            long beforeY = turn.mirrorY() ? plane.rows() - high : 0;
            long pitch = (turn.swap() ? plane.rows() : columns) * bytes;
            long first = plane.offset() + (turn.swap() ? beforeX * pitch + beforeY * bytes : beforeY * pitch + beforeX * bytes);
            long rows = turn.swap() ? wide : high;
            // The record says whole rows; what the last one lacks is never read.
            long whole = Math.max(1, Math.min(rows, (layout.objects().get(plane.object()) - first) / pitch));
            planes.add(new PlaneLayout(plane.object(), first, pitch, whole));
        }
        return new Picture(pixels, turn.swap() ? h : w, turn.swap() ? w : h, new Layout(layout.objects(), planes), lists);
    }

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
