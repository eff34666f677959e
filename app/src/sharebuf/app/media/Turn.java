package sharebuf.app.media;

import java.lang.foreign.MemorySegment;

/**
 * How a picture is seen that hardware turns on the way: columns from the right, rows from the bottom, columns as rows, or several of these.
 */
public enum Turn {
    /** As it is. */
    NONE("0", false, false, false),
    /** Columns from the right. */
    REFLECT_X("reflect-x", false, false, true),
    /** Rows from the bottom. */
    REFLECT_Y("reflect-y", false, true, false),
    /** Upside down. */
    ROTATE_180("180", false, true, true),
    /** Columns as rows. */
    TRANSPOSE("transpose", true, false, false),
    /** A quarter to the left. */
    ROTATE_270("270", true, false, true),
    /** A quarter to the right. */
    ROTATE_90("90", true, true, false),
    /** Columns as rows, upside down. */
    ANTI_TRANSPOSE("anti-transpose", true, true, true);

    private final String word;
    private final boolean swap;
    private final boolean mirrorY;
    private final boolean mirrorX;

    Turn(String word, boolean swap, boolean mirrorY, boolean mirrorX) {
        this.word = word;
        this.swap = swap;
        this.mirrorY = mirrorY;
        this.mirrorX = mirrorX;
    }

    /**
     * What a picture is that is seen so.
     *
     * @param seen as it is seen
     * @return with its sides exchanged where columns are seen as rows
     */
    public Raster upright(Raster seen) {
        return swap ? new Raster(seen.format(), seen.height(), seen.width()) : seen;
    }

    /**
     * The picture that is seen so.
     *
     * @param seen what is seen
     * @param pixels its pixels
     * @param into gets the pixels of {@link #upright(Raster)}
     */
    public void upright(Raster seen, MemorySegment pixels, MemorySegment into) {
        Raster is = upright(seen);
        for (int plane = 0; plane < is.format().planes().size(); plane++) {
            int bytes = is.format().planes().get(plane).bytes();
            int width = is.rowBytes(plane) / bytes;
            int height = is.rows(plane);
            long from = seen.offset(plane);
            long to = is.offset(plane);
            long seenRow = seen.rowBytes(plane);
            for (int y = 0; y < height; y++) {
                int down = mirrorY ? height - 1 - y : y;
                for (int x = 0; x < width; x++, to += bytes) {
                    int across = mirrorX ? width - 1 - x : x;
                    long at = from + (swap ? across * seenRow + (long) down * bytes : down * seenRow + (long) across * bytes);
                    MemorySegment.copy(pixels, at, into, to, bytes);
                }
            }
        }
    }

    @Override
    public String toString() {
        return word;
    }
}
