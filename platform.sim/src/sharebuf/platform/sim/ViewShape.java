package sharebuf.platform.sim;

/**
 * The numbers of one view: a page is {@code 2^w x 2^h} elements, the container some pages wide and high.
 *
 * <p>Immutable. Addresses are offsets in the view: the element's number in the order of the view's raster, times its size.
 *
 * @param pageWidthBits log2 of a page's elements in a row
 * @param pageHeightBits log2 of a page's rows of elements
 * @param widthBits log2 of the container's elements in a row
 * @param heightBits log2 of its rows of elements
 * @param elementBits log2 of an element's bytes
 */
record ViewShape(int pageWidthBits, int pageHeightBits, int widthBits, int heightBits, int elementBits) {
    static ViewShape of(int pageWidth, int pageHeight, int columns, int rows) {
        int w = log2(pageWidth);
        int h = log2(pageHeight);
        return new ViewShape(w, h, w + log2(columns), h + log2(rows), log2((int) Libc.PAGE) - w - h);
    }

    static int log2(int n) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(n);
    }

    int widthMask() {
        return (1 << widthBits) - 1;
    }

    int heightMask() {
        return (1 << heightBits) - 1;
    }

    /** Column of the element at an offset, seen so. */
    int x(long offset, Turn turn) {
        int number = (int) (offset >>> elementBits);
        int x = turn.swap() ? number >>> heightBits : number & widthMask();
        return turn.mirrorX() ? x ^ widthMask() : x;
    }

    /** Row of the element at an offset, seen so. */
    int y(long offset, Turn turn) {
        int number = (int) (offset >>> elementBits);
        int y = turn.swap() ? number & heightMask() : number >>> widthBits;
        return turn.mirrorY() ? y ^ heightMask() : y;
    }

    /** Number of the page that holds an element. */
    int page(int x, int y) {
        return (y >>> pageHeightBits << widthBits - pageWidthBits) + (x >>> pageWidthBits);
    }

    /** Where in its page an element begins: elements lie in the order of a raster. */
    int inPage(int x, int y) {
        int column = x & (1 << pageWidthBits) - 1;
        int row = y & (1 << pageHeightBits) - 1;
        return (row << pageWidthBits) + column << elementBits;
    }
}
