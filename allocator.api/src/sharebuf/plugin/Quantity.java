package sharebuf.plugin;

/**
 * Addresses and sizes as configurations write them: decimal, hexadecimal with {@code 0x}, and sizes with {@code KiB}, {@code MiB},
 * {@code GiB} or {@code TiB}. Text, because JSON numbers and component properties lose the upper half of 64 bits.
 */
public final class Quantity {
    private Quantity() {
    }

    /**
     * Reads an address or a size.
     *
     * @param text such as {@code 0x40000000}, {@code 36MiB} or {@code 4096}; underscores between digits are skipped
     * @return the number, unsigned 64-bit
     * @throws IllegalArgumentException when it is none, naming the text and what is allowed
     */
    public static long parse(String text) {
        String digits = text.strip().replace("_", "");
        int shift = 0;
        if (digits.endsWith("iB") && digits.length() > 3) {
            shift = switch (digits.charAt(digits.length() - 3)) {
                case 'K' -> 10;
                case 'M' -> 20;
                case 'G' -> 30;
                case 'T' -> 40;
                default -> throw wrong(text);
            };
            digits = digits.substring(0, digits.length() - 3).stripTrailing();
        }
        try {
            long number = digits.startsWith("0x") ? Long.parseUnsignedLong(digits.substring(2), 16) : Long.parseUnsignedLong(digits);
            if (digits.startsWith("+") || digits.startsWith("0x+") || shift != 0 && number >>> (64 - shift) != 0) {
                throw wrong(text);
            }
            return number << shift;
        } catch (NumberFormatException e) {
            throw wrong(text);
        }
    }

    /**
     * Writes a size for people.
     *
     * @param bytes unsigned
     * @return such as {@code 36MiB}; bytes where no unit divides it
     */
    public static String text(long bytes) {
        String[] units = {"TiB", "GiB", "MiB", "KiB"};
        for (int i = 0; i < units.length; i++) {
            int shift = 40 - 10 * i;
            if (bytes != 0 && (bytes & ((1L << shift) - 1)) == 0) {
                return Long.toUnsignedString(bytes >>> shift) + units[i];
            }
        }
        return Long.toUnsignedString(bytes);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text + "' is no address or size: decimal, 0x hexadecimal, or a number with KiB, MiB, GiB, TiB, below 2^64");
    }
}
