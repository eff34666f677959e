package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sharebuf.format.PixelFormat;

/**
 * What a camera sees when nobody shows it anything: eight vertical bars that move by one column a frame.
 *
 * <p>Confined to the camera's thread. A row of each plane is drawn once, twice as wide, and every row of a frame is a copy of a part of
 * it.
 */
final class ColourBars {
    /** White, yellow, cyan, green, magenta, red, blue, black as Y Cb Cr (BT.601, studio range) and R G B at 75 %. */
    private static final int[][] BARS = {{180, 128, 128, 191, 191, 191}, {162, 44, 142, 191, 191, 0}, {131, 156, 44, 0, 191, 191},
        {112, 72, 58, 0, 191, 0}, {84, 184, 198, 191, 0, 191}, {65, 100, 212, 191, 0, 0}, {35, 212, 114, 0, 0, 191}, {16, 128, 128, 0, 0, 0}};

    private final PixelFormat format;
    private final int width;
    private final int height;
    private final byte[][] rows;

    ColourBars(PixelFormat format, int width, int height) {
        this.format = format;
        this.width = width;
        this.height = height;
        rows = new byte[format.planes().size()][];
        for (int plane = 0; plane < rows.length; plane++) {
            PixelFormat.Plane p = format.planes().get(plane);
            int samples = Math.ceilDiv(width, p.horizontal());
            rows[plane] = new byte[2 * samples * p.bytes()];
            for (int sample = 0; sample < 2 * samples; sample++) {
                int[] bar = BARS[sample % samples * BARS.length / samples];
                for (int b = 0; b < p.bytes(); b++) {
                    rows[plane][sample * p.bytes() + b] = (byte) value(plane, sample, b, bar);
                }
            }
        }
    }

    boolean fits(PixelFormat other, int otherWidth, int otherHeight) {
        return format.equals(other) && width == otherWidth && height == otherHeight;
    }

    /** Draws a frame. */
    void draw(long sequence, MemorySegment into) {
        long at = 0;
        for (int plane = 0; plane < rows.length; plane++) {
            PixelFormat.Plane p = format.planes().get(plane);
            int bytes = (int) Packed.rowBytes(format, plane, width);
            int samples = bytes / p.bytes();
            int shift = (int) (sequence / p.horizontal() % samples);
            if (format.equals(PixelFormat.YUYV)) {
                shift &= ~1; // chroma stands in pairs of pixels
            }
            long count = Packed.rows(format, plane, height);
            for (long row = 0; row < count; row++, at += bytes) {
                MemorySegment.copy(rows[plane], shift * p.bytes(), into, ValueLayout.JAVA_BYTE, at, bytes);
            }
        }
    }

    private int value(int plane, int sample, int b, int[] bar) {
        return switch (format.name()) {
            case "NV12" -> plane == 0 ? bar[0] : bar[1 + b];
            case "NV21" -> plane == 0 ? bar[0] : bar[2 - b];
            case "YUV420" -> bar[plane];
            case "YUYV" -> b == 0 ? bar[0] : bar[1 + (sample & 1)];
            case "XRGB8888", "ARGB8888" -> b == 3 ? 255 : bar[5 - b];
            default -> bar[0];
        };
    }
}
