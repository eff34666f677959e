package sharebuf.app.media;

import sharebuf.format.PixelFormat;

/**
 * A picture in memory as sources and sinks see it: planes one after another, rows without padding.
 *
 * <p>Immutable. In bytes.
 *
 * @param format its pixels, a base format
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
public record Raster(PixelFormat format, int width, int height) {
    /** Checks the size and takes the base format. */
    public Raster {
        format = format.base();
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("raster " + width + "x" + height + ": each side at least 1");
        }
    }

    /**
     * Bytes of a row.
     *
     * @param plane index of the plane, from 0
     * @return without padding
     */
    public int rowBytes(int plane) {
        PixelFormat.Plane p = format.planes().get(plane);
        return Math.multiplyExact(Math.ceilDiv(width, p.horizontal()), p.bytes());
    }

    /**
     * Rows of a plane.
     *
     * @param plane index of the plane, from 0
     * @return without padding
     */
    public int rows(int plane) {
        return Math.ceilDiv(height, format.planes().get(plane).vertical());
    }

    /**
     * Where a plane begins.
     *
     * @param plane index of the plane, from 0; the number of planes gives the size of all
     * @return bytes before it
     */
    public long offset(int plane) {
        long sum = 0;
        for (int i = 0; i < plane; i++) {
            sum += (long) rowBytes(i) * rows(i);
        }
        return sum;
    }

    /**
     * Bytes of the picture.
     *
     * @return all planes together
     */
    public long size() {
        return offset(format.planes().size());
    }
}
