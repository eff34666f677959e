package sharebuf.app.media;

/**
 * BT.601 in integers, full range as JFIF has it, with coefficients scaled by 2^16 and rounded half up:
 *
 * <pre>
 *   Y  =       0.299    R + 0.587    G + 0.114    B
 *   Cb = 128 - 0.168736 R - 0.331264 G + 0.5      B
 *   Cr = 128 + 0.5      R - 0.418688 G - 0.081312 B
 *   R  = Y                      + 1.402    (Cr-128)
 *   G  = Y - 0.344136 (Cb-128)  - 0.714136 (Cr-128)
 *   B  = Y + 1.772    (Cb-128)
 * </pre>
 */
final class Colours {
    private static final int HALF = 1 << 15;

    private Colours() {
    }

    static int luma(int r, int g, int b) {
        return clamp(19595 * r + 38470 * g + 7471 * b + HALF >> 16);
    }

    static int cb(int r, int g, int b) {
        return clamp((128 << 16) - 11058 * r - 21710 * g + 32768 * b + HALF >> 16);
    }

    static int cr(int r, int g, int b) {
        return clamp((128 << 16) + 32768 * r - 27439 * g - 5329 * b + HALF >> 16);
    }

    /** The colour as {@code 0xRRGGBB}. */
    static int rgb(int y, int cb, int cr) {
        int u = cb - 128;
        int v = cr - 128;
        int r = clamp((y << 16) + 91881 * v + HALF >> 16);
        int g = clamp((y << 16) - 22553 * u - 46802 * v + HALF >> 16);
        int b = clamp((y << 16) + 116130 * u + HALF >> 16);
        return r << 16 | g << 8 | b;
    }

    private static int clamp(int value) {
        return Math.clamp(value, 0, 255);
    }
}
