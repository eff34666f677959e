package sharebuf.app.media;

import java.lang.foreign.MemorySegment;

/**
 * Where pictures come from.
 *
 * <p>Externally synchronised.
 */
public interface Picture {
    /**
     * Draws a picture.
     *
     * @param number of the frame, from 0; numbers only rise
     * @param raster what the picture is
     * @param into where to draw, {@link Raster#size()} bytes
     * @return false when there are no more pictures
     * @throws MediaException when the source is damaged
     */
    boolean draw(long number, Raster raster, MemorySegment into) throws MediaException;
}
