package sharebuf.exporter.tiler;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The eight ways in which a device can be shown the container. The order is that of the codes in bits 31 (exchange columns and rows), 30 (mirror rows) and
 * 29 (mirror columns) of an address: {@code MASK_XY_FLIP}, {@code MASK_Y_INVERT} and {@code MASK_X_INVERT} of omap_dmm_priv.h. Names are of what the device sees.
 */
enum View {
    /** As it is. */
    AS_IS("0"),
    /** Columns from the right. */
    REFLECT_X("reflect-x"),
    /** Rows from the bottom. */
    REFLECT_Y("reflect-y"),
    /** Upside down. */
    ROTATE_180("180"),
    /** Columns as rows. */
    TRANSPOSE("transpose"),
    /** A quarter to the left. */
    ROTATE_270("270"),
    /** A quarter to the right. */
    ROTATE_90("90"),
    /** Columns as rows, upside down. */
    ANTI_TRANSPOSE("anti-transpose");

    private final String word;

    View(String word) {
        this.word = word;
    }

    /** The view of a name. */
    static Optional<View> named(String word) {
        return Arrays.stream(values()).filter(v -> v.word.equals(word)).findFirst();
    }

    /** All names. */
    static String names() {
        return Arrays.stream(values()).map(View::toString).collect(Collectors.joining(", "));
    }

    boolean swap() {
        return (ordinal() & 4) != 0;
    }

    boolean mirrorY() {
        return (ordinal() & 2) != 0;
    }

    boolean mirrorX() {
        return (ordinal() & 1) != 0;
    }

    long bits() {
        return (long) ordinal() << 29;
    }

    @Override
    public String toString() {
        return word;
    }
}
