package sharebuf.format;

/**
 * The picture sizes a device takes: from a least to a largest size, in steps counted from the least.
 *
 * <p>Immutable. In pixels.
 *
 * @param minWidth least width, at least 1
 * @param maxWidth largest width, at least {@code minWidth}
 * @param stepWidth step of widths, at least 1
 * @param minHeight least height, at least 1
 * @param maxHeight largest height, at least {@code minHeight}
 * @param stepHeight step of heights, at least 1
 */
public record SizeRange(int minWidth, int maxWidth, int stepWidth, int minHeight, int maxHeight, int stepHeight) {
    /** Checks the bounds. */
    public SizeRange {
        if (minWidth < 1 || maxWidth < minWidth || stepWidth < 1 || minHeight < 1 || maxHeight < minHeight || stepHeight < 1) {
            throw new IllegalArgumentException("size range " + minWidth + ".." + maxWidth + "/" + stepWidth + " x " + minHeight + ".."
                    + maxHeight + "/" + stepHeight + ": 1 <= min <= max and step >= 1");
        }
    }

    /**
     * Whether a size is in the range and on a step.
     *
     * @param width in pixels
     * @param height in pixels
     * @return true when both fit
     */
    public boolean contains(int width, int height) {
        return width >= minWidth && width <= maxWidth && (width - minWidth) % stepWidth == 0
                && height >= minHeight && height <= maxHeight && (height - minHeight) % stepHeight == 0;
    }

    @Override
    public String toString() {
        return minWidth + "x" + minHeight + ".." + maxWidth + "x" + maxHeight
                + (stepWidth > 1 || stepHeight > 1 ? " in steps of " + stepWidth + "x" + stepHeight : "");
    }
}
