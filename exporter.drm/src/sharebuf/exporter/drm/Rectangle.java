package sharebuf.exporter.drm;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sharebuf.allocator.Request;
import sharebuf.format.PixelFormat;

/**
 * The shape of a dumb buffer: drivers are asked for pixels, not for bytes.
 *
 * <pre>
 *     XRGB8888 640x480, one object         NV12 640x480, one object           1,000,000 bytes
 *     640 x 480 of 32 bits                 640 x 720 of 8 bits                1024 x 245 of 32 bits
 *     +--------------+                     +--------------+                   +--------------+
 *     |              |                     | luma         |                   |              |
 *     +--------------+                     +--------------+                   +--------------+
 *                                          | chroma       |
 *                                          +--------------+
 * </pre>
 *
 * The width is the picture's, for a driver that looks at it; the rows are as many as hold the object at that width. Whatever a driver
 * adds to a row makes the buffer larger than needed, never smaller. What the rows of the picture are apart is agreed between the uses
 * before anybody is asked for memory, and told to each device with the picture: the driver's own pitch binds nobody here.
 *
 * <p>Immutable.
 *
 * @param width in pixels, at least 1
 * @param height in rows, at least 1
 * @param bitsPerPixel 8, 16 or 32
 */
record Rectangle(int width, int height, int bitsPerPixel) {
    /** A row of one page, where there is no picture. */
    private static final int PLAIN_WIDTH = 1024;
    private static final int WORD = Integer.BYTES;

    /**
     * The shapes to ask for, the best one first: that of the picture, then the same rows in pixels of 32 bits, which is all that some drivers
     * make.
     *
     * @param request the object
     * @return at least one, unless the object has more rows than the kernel can count
     */
    static List<Rectangle> of(Request request) {
        Optional<PixelFormat> format = request.spec().format();
        if (format.isEmpty()) {
            return of(request.size(), PLAIN_WIDTH, WORD).stream().toList();
        }
        PixelFormat.Plane plane = format.get().planes().get(firstPlane(format.get(), request.object()));
        int pixels = Math.ceilDiv(request.spec().width(), plane.horizontal());
        long row = (long) pixels * plane.bytes();
        return Stream.concat(of(request.size(), pixels, plane.bytes()).stream(), of(request.size(), Math.ceilDiv(row, WORD), WORD).stream()).distinct().toList();
    }

    private static int firstPlane(PixelFormat format, int object) {
        int plane = 0;
        while (plane < format.planes().size() - 1 && format.objectOf(plane) != object) {
            plane++;
        }
        return plane;
    }

    private static Optional<Rectangle> of(long size, long width, int bytes) {
        long rows = Math.ceilDiv(size, width * bytes);
        return rows > Integer.MAX_VALUE ? Optional.empty() : Optional.of(new Rectangle((int) width, (int) rows, bytes * Byte.SIZE));
    }

    @Override
    public String toString() {
        return width + "x" + height + " of " + bitsPerPixel + " bits";
    }
}
