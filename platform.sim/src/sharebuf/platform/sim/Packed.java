package sharebuf.platform.sim;

import sharebuf.format.PixelFormat;

/**
 * The arithmetic of a picture on the device's side: planes one after another, rows without padding. What frame sources write and
 * frame sinks read.
 */
final class Packed {
    private Packed() {
    }

    /** Bytes of one row of a plane. */
    static long rowBytes(PixelFormat format, int plane, int width) {
        PixelFormat.Plane p = format.planes().get(plane);
        return (long) Math.ceilDiv(width, p.horizontal()) * p.bytes();
    }

    /** Rows of a plane in the first so many lines of the picture. */
    static long rows(PixelFormat format, int plane, int lines) {
        return Math.ceilDiv(lines, format.planes().get(plane).vertical());
    }

    /** Bytes of the whole picture. */
    static long bytes(PixelFormat format, int width, int height) {
        long sum = 0;
        for (int plane = 0; plane < format.planes().size(); plane++) {
            sum += rowBytes(format, plane, width) * rows(format, plane, height);
        }
        return sum;
    }
}
