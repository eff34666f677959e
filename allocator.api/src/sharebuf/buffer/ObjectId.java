package sharebuf.buffer;

/**
 * Names an object of a buffer: what becomes one dma-buf.
 *
 * <p>Immutable.
 *
 * @param buffer the buffer
 * @param index from 0
 */
public record ObjectId(BufferId buffer, int index) {
    /** Checks the index. */
    public ObjectId {
        java.util.Objects.requireNonNull(buffer, "buffer");
        if (index < 0) {
            throw new IllegalArgumentException("object index " + index + ": at least 0");
        }
    }

    @Override
    public String toString() {
        return buffer + "." + index;
    }
}
