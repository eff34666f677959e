package sharebuf.memory;

/**
 * A range of CPU addresses.
 *
 * <p>Immutable. Unsigned 64-bit; it does not pass 2^64.
 *
 * @param base first address
 * @param size in bytes, at least 1
 */
public record Span(long base, long size) {
    /** Checks the bounds. */
    public Span {
        if (size < 1 || Long.compareUnsigned(base + (size - 1), base) < 0) {
            throw new IllegalArgumentException("span at 0x" + Long.toHexString(base) + " of " + size + " bytes");
        }
    }

    /**
     * The last address.
     *
     * @return inclusive, unsigned
     */
    public long last() {
        return base + (size - 1);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(base) + "-0x" + Long.toHexString(last());
    }
}
