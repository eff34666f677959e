package sharebuf.bench;

import sharebuf.slots.Area;

/**
 * The yardstick of two-dimensional placement: one bitmap, searched from the top row by row, as Linux' TILER container manager does
 * (drivers/gpu/drm/omapdrm/tcm-sita.c). A run of free slots in the first row, then the rows below it; behind the slots that are taken the
 * search goes on, for nothing that begins before their end fits. Not thread-safe.
 */
final class RasterScan {
    private final int width;
    private final int height;
    private final long[] bits;

    RasterScan(int width, int height) {
        this.width = width;
        this.height = height;
        bits = new long[(width * height + Long.SIZE - 1) / Long.SIZE + 1];
    }

    /** The first place in raster order, which is taken; null when there is none. */
    Area place(int w, int h, int align) {
        for (int y = 0; y + h <= height; y++) {
            int x = 0;
            while (x + w <= width) {
                int blocked = blocked(x, y, w, h);
                if (blocked < 0) {
                    Area area = new Area(x, y, w, h);
                    mark(area, true);
                    return area;
                }
                x = blocked + align & -align;
            }
        }
        return null;
    }

    void mark(Area area, boolean taken) {
        for (int y = area.y(); y < area.y() + area.height(); y++) {
            int from = y * width + area.x();
            for (int i = from; i < from + area.width();) {
                int end = Math.min(from + area.width(), (i | Long.SIZE - 1) + 1);
                long mask = -1L >>> Long.SIZE - (end - i) << i;
                bits[i >> 6] = taken ? bits[i >> 6] | mask : bits[i >> 6] & ~mask;
                i = end;
            }
        }
    }

    /** Last column of the first run of taken slots in the first row that has one; -1 when all are free. */
    private int blocked(int x, int y, int w, int h) {
        for (int row = y; row < y + h; row++) {
            int from = row * width + x;
            int found = next(from, from + w);
            if (found >= 0) {
                return lastTaken(found, (row + 1) * width) - row * width;
            }
        }
        return -1;
    }

    private int lastTaken(int from, int end) {
        int word = from >> 6;
        long free = ~bits[word] & -1L << from;
        while (free == 0) {
            if (++word << 6 >= end) {
                return end - 1;
            }
            free = ~bits[word];
        }
        return Math.min((word << 6) + Long.numberOfTrailingZeros(free), end) - 1;
    }

    /** The first taken slot of a stretch; -1 when all are free. */
    private int next(int from, int end) {
        int word = from >> 6;
        long left = bits[word] & -1L << from;
        while (left == 0) {
            if (++word << 6 >= end) {
                return -1;
            }
            left = bits[word];
        }
        int found = (word << 6) + Long.numberOfTrailingZeros(left);
        return found < end ? found : -1;
    }
}
