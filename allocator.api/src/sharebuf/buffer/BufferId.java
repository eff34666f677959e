package sharebuf.buffer;

/**
 * Names a buffer, for as long as the framework runs; a move does not change it.
 *
 * <p>Immutable.
 *
 * @param number at least 1, never used again
 */
public record BufferId(long number) implements Comparable<BufferId> {
    /** Checks the number. */
    public BufferId {
        if (number < 1) {
            throw new IllegalArgumentException("buffer id " + number + ": at least 1");
        }
    }

    @Override
    public int compareTo(BufferId o) {
        return Long.compare(number, o.number);
    }

    @Override
    public String toString() {
        return "b" + number;
    }
}
