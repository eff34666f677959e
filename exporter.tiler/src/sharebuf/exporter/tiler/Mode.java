package sharebuf.exporter.tiler;

import java.util.Optional;
import sharebuf.format.Tile;

/**
 * A way in which elements lie in the container: the geometry table {@code geom} of omap_dmm_tiler.c. A slot is a page of 4 KiB in each of them.
 *
 * <p>Addresses are offsets in a view. What is said of a column or a row is in elements, counted in the container as it is.
 */
enum Mode {
    /** Elements of a byte: luma. */
    BITS_8(64, 64),
    /** Elements of two bytes: pairs of chroma, packed 4:2:2. */
    BITS_16(64, 32),
    /** Elements of four bytes: RGB. */
    BITS_32(32, 32),
    /** Elements of a page: where pages are entered into the table. */
    PAGE(1, 1);

    /** Slots of a row of the container. */
    static final int COLUMNS = 256;
    /** Rows of slots. */
    static final int ROWS = 128;
    /** Bytes of a slot. */
    static final int SLOT = 4096;
    /** Bytes of a view of one mode. */
    static final long VIEW = (long) COLUMNS * ROWS * SLOT;

    private final int slotWidth;
    private final int slotHeight;

    Mode(int slotWidth, int slotHeight) {
        this.slotWidth = slotWidth;
        this.slotHeight = slotHeight;
    }

    /** The mode for samples of so many bytes; empty when there is none. */
    static Optional<Mode> of(int bytes) {
        return switch (bytes) {
            case 1 -> Optional.of(BITS_8);
            case 2 -> Optional.of(BITS_16);
            case 4 -> Optional.of(BITS_32);
            default -> Optional.empty();
        };
    }

    /** Elements of a slot in a row. */
    int slotWidth() {
        return slotWidth;
    }

    /** Rows of elements in a slot. */
    int slotHeight() {
        return slotHeight;
    }

    /** Bytes of an element. */
    int bytes() {
        return SLOT / (slotWidth * slotHeight);
    }

    /** How the bytes of a plane lie in its slots. */
    Tile tile() {
        return new Tile(slotWidth * bytes(), slotHeight);
    }

    /** Slots that a plane begins at a multiple of: 128 bytes, as the kernel places 2D areas at least. */
    int align() {
        return this == BITS_8 ? 2 : 1;
    }

    /** Elements of the container in a row. */
    int width() {
        return COLUMNS * slotWidth;
    }

    /** Rows of elements of the container. */
    int height() {
        return ROWS * slotHeight;
    }

    /**
     * The address of an element.
     *
     * @param x its column, 0 to {@link #width} - 1
     * @param y its row, 0 to {@link #height} - 1
     * @param view how the container is seen
     * @return as {@code tiler_get_address} has it: orientation in bits 31 to 29, mode in 28 and 27
     */
    long address(int x, int y, View view) {
        long column = view.mirrorX() ? width() - 1 - x : x;
        long row = view.mirrorY() ? height() - 1 - y : y;
        long number = view.swap() ? column * height() + row : row * width() + column;
        return view.bits() | ordinal() * VIEW | number * bytes();
    }

    /**
     * From one line to the next, as a device sees it.
     *
     * @param view how the container is seen
     * @return bytes: {@code tiler_stride}
     */
    long stride(View view) {
        return (long) (view.swap() ? height() : width()) * bytes();
    }
}
