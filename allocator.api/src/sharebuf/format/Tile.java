package sharebuf.format;

/**
 * How the bytes of a plane lie in memory when its rows do not lie one after another: the plane is cut into tiles of some bytes of some rows, tiles lie in
 * memory in the order of a raster, and so do the bytes in each of them.
 *
 * <pre>
 *   as a picture      in memory
 *   a a b b           a a a a b b b b c c c c d d d d
 *   a a b b
 *   c c d d           tiles of 2 bytes x 2 rows, pitch 4
 *   c c d d
 * </pre>
 *
 * <p>Immutable.
 *
 * @param width in bytes, at least 1
 * @param rows at least 1
 */
public record Tile(int width, int rows) {
    /** Checks that both are at least 1. */
    public Tile {
        if (width < 1 || rows < 1) {
            throw new IllegalArgumentException("tile of " + width + " bytes x " + rows + " rows: each at least 1");
        }
    }

    @Override
    public String toString() {
        return width + " bytes x " + rows + " rows";
    }
}
