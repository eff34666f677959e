package sharebuf.deployment;

import java.util.Optional;
import sharebuf.plugin.Quantity;

/**
 * A variable of a board.
 *
 * <p>Immutable.
 *
 * @param name as in {@code --board-option NAME=VALUE}
 * @param value what it is now, as text
 * @param range what it may be; empty when the board does not say
 */
public record Variable(String name, String value, Optional<Range> range) {
    /**
     * What a variable that is a number may be: {@code min}, and every {@code multiple} up to {@code max}.
     *
     * <p>Immutable.
     *
     * @param min the least, unsigned
     * @param max the largest, unsigned
     * @param multiple what it is a multiple of; at least 1
     */
    public record Range(long min, long max, long multiple) {
        /** Checks that the range holds a value. */
        public Range {
            if (multiple == 0 || Long.compareUnsigned(min, max) > 0) {
                throw new IllegalArgumentException("range " + Quantity.text(min) + " to " + Quantity.text(max) + " in steps of "
                        + Quantity.text(multiple) + ": min up to max, multiple at least 1");
            }
        }

        /**
         * Whether a value is allowed.
         *
         * @param value unsigned
         * @return true when it is
         */
        public boolean contains(long value) {
            return Long.compareUnsigned(min, value) <= 0 && Long.compareUnsigned(value, max) <= 0
                    && Long.remainderUnsigned(value, multiple) == 0;
        }

        @Override
        public String toString() {
            return Quantity.text(min) + " to " + Quantity.text(max) + (multiple == 1 ? "" : ", a multiple of " + Quantity.text(multiple));
        }
    }
}
