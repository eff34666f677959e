package sharebuf.deploy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.plugin.Quantity;

/** Addresses and sizes that are sums: {@code 0x30000000 - 256MiB}. Blanks on both sides of an operator are part of it. */
final class Sums {
    static final String ALLOWED = "a decimal or 0x hexadecimal number, or one with KiB, MiB, GiB or TiB, below 2^64; also sums of such,"
            + " as 1GiB - 64MiB";
    private static final Pattern OPERATOR = Pattern.compile("\\s+([+-])\\s+");

    private Sums() {
    }

    /**
     * Computes a sum from left to right.
     *
     * @param text the sum
     * @return its value, unsigned
     * @throws IllegalArgumentException with what is allowed
     */
    static long parse(String text) {
        Matcher operator = OPERATOR.matcher(text.strip());
        long sum = 0;
        int from = 0;
        char pending = '+';
        String stripped = text.strip();
        while (true) {
            boolean more = operator.find();
            long term = term(stripped.substring(from, more ? operator.start() : stripped.length()));
            long next = pending == '+' ? sum + term : sum - term;
            if (pending == '+' ? Long.compareUnsigned(next, sum) < 0 : Long.compareUnsigned(next, sum) > 0) {
                throw new IllegalArgumentException("a sum between 0 and 2^64 - 1 at every step");
            }
            sum = next;
            if (!more) {
                return sum;
            }
            pending = operator.group(1).charAt(0);
            from = operator.end();
        }
    }

    private static long term(String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
    }

    /** As configurations carry it: in the largest unit that divides it, else decimal up to 4095, else hexadecimal. */
    static String text(long value) {
        String text = Quantity.text(value);
        return text.endsWith("B") || value >>> 12 == 0 ? text : "0x" + Long.toHexString(value);
    }
}
