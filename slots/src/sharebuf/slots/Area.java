package sharebuf.slots;

/**
 * A rectangle of slots. Immutable.
 *
 * @param x first column
 * @param y first row
 * @param width in columns, at least 1
 * @param height in rows, at least 1
 */
public record Area(int x, int y, int width, int height) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException when a number is out of its range
     */
    public Area {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException("area " + x + "," + y + " " + width + "x" + height + ": x and y are at least 0, width and height at least 1");
        }
    }

    /** How many slots it has. */
    public int slots() {
        return width * height;
    }

    /** Whether a slot lies in both. */
    public boolean overlaps(Area other) {
        return x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height;
    }

    /** Whether it is the same rectangle. Spelt out, since the JDK's code for comparing records remembers their class, which here is that of the bundle with a copy of this library. */
    boolean same(Area other) {
        return x == other.x && y == other.y && width == other.width && height == other.height;
    }

    @Override
    public String toString() {
        return x + "," + y + " " + width + "x" + height;
    }
}
