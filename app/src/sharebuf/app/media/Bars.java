package sharebuf.app.media;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Colour bars of 75 % that move to the left by 8 pixels a frame, above a ramp that moves to the right: no row is the same in two
 * frames that follow each other, so a torn frame shows in every row.
 *
 * <p>Confined to one thread at a time.
 */
public final class Bars implements Picture {
    private static final int STEP = 8;
    private static final int[] COLOURS = {0xc0c0c0, 0xc0c000, 0x00c0c0, 0x00c000, 0xc000c0, 0xc00000, 0x0000c0, 0x101010};

    private Raster drawn;
    private byte[][] rows = {};

    /** Bars without an end. */
    public Bars() {
    }

    @Override
    public boolean draw(long number, Raster raster, MemorySegment into) {
        if (!raster.equals(drawn)) {
            prepare(raster);
        }
        int planes = raster.format().planes().size();
        for (int plane = 0; plane < planes; plane++) {
            var shape = raster.format().planes().get(plane);
            int row = raster.rowBytes(plane);
            int count = raster.rows(plane);
            int barRows = count - count / 5;
            int samples = Math.ceilDiv(raster.width(), shape.horizontal());
            int shift = (int) (number * (STEP / shape.horizontal()) % samples);
            int left = shift * shape.bytes();
            int right = (shift == 0 ? 0 : samples - shift) * shape.bytes();
            for (int y = 0; y < count; y++) {
                MemorySegment.copy(rows[2 * plane + (y < barRows ? 0 : 1)], y < barRows ? left : right, into, ValueLayout.JAVA_BYTE,
                        raster.offset(plane) + (long) y * row, row);
            }
        }
        return true;
    }

    /** Two rows a plane, bars and ramp, each twice as long as the picture so that a shifted row is one copy. */
    private void prepare(Raster raster) {
        int planes = raster.format().planes().size();
        rows = new byte[2 * planes][];
        Raster row = new Raster(raster.format(), raster.width(), raster.format().planes().getLast().vertical());
        for (int kind = 0; kind < 2; kind++) {
            byte[] pixels = new byte[Math.toIntExact(row.size())];
            Planes.from420(planes420(row, kind == 0), row, pixels);
            for (int plane = 0; plane < planes; plane++) {
                int from = (int) row.offset(plane);
                int bytes = row.rowBytes(plane);
                byte[] twice = Arrays.copyOf(Arrays.copyOfRange(pixels, from, from + bytes), 2 * bytes);
                System.arraycopy(twice, 0, twice, bytes, bytes);
                rows[2 * plane + kind] = twice;
            }
        }
        drawn = raster;
    }

    private static byte[] planes420(Raster row, boolean bars) {
        int w = row.width();
        int h = row.height();
        int cw = Math.ceilDiv(w, 2);
        int ch = Math.ceilDiv(h, 2);
        byte[] planes = new byte[Planes.size420(w, h)];
        for (int x = 0; x < w; x++) {
            int grey = 16 + (int) (219L * x / w);
            int colour = bars ? COLOURS[(int) ((long) x * COLOURS.length / w)] : grey << 16 | grey << 8 | grey;
            int r = colour >> 16;
            int g = colour >> 8 & 255;
            int b = colour & 255;
            for (int y = 0; y < h; y++) {
                planes[y * w + x] = (byte) Colours.luma(r, g, b);
                planes[w * h + (y / 2) * cw + x / 2] = (byte) Colours.cb(r, g, b);
                planes[w * h + cw * ch + (y / 2) * cw + x / 2] = (byte) Colours.cr(r, g, b);
            }
        }
        return planes;
    }
}
