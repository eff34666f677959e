package sharebuf.inventory;

import java.util.Objects;

/**
 * Somebody broke the rules of who owns which bytes. Most of it works on the one board where it was tried and damages pictures on the next.
 *
 * <p>Immutable. It keeps texts only.
 *
 * @param kind which rule
 * @param device whose; {@code cpu} for the processor
 * @param message what, where, and what would have been right
 * @param at where it was seen: class, method and line, or the device's job
 * @param madeAt where what it is about was made: a mapping, an access, a write; empty when there is nothing
 * @param count how often; repetitions of one kind, device and place are one
 */
public record Violation(Kind kind, String device, String message, String at, String madeAt, long count) {
    /** The rules; the first eight are those of the kernel's dma-debug ({@code check_unmap}, {@code check_sync} and others in {@code kernel/dma/debug.c}). */
    public enum Kind {
        /** A mapping was taken away a second time. */
        DOUBLE_UNMAP,
        /** Nothing is mapped there. */
        NOT_MAPPED,
        /** Mapped with another size, or a sync beyond the mapping's end. */
        WRONG_SIZE,
        /** Mapped in another direction. */
        WRONG_DIRECTION,
        /** The address is another device's. */
        FOREIGN_ADDRESS,
        /** The memory went, or the device was detached from it, while a part was mapped. */
        FREE_WHILE_MAPPED,
        /** A device or its importer went and left mappings. */
        LEAK,
        /** A device worked on bytes whose cache lines hold something newer, or something that will be written over them. */
        DIRTY_LINES,
        /** Bytes were read from a cache after a device had written the memory behind it. */
        STALE_LINES,
        /** The CPU wrote outside of an access, or in one that was begun to read. */
        UNBRACKETED_WRITE
    }

    /** Checks that all is there. */
    public Violation {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(madeAt, "madeAt");
    }

    /**
     * The same, seen once more.
     *
     * @param more how often
     * @return with the sum
     */
    public Violation again(long more) {
        return new Violation(kind, device, message, at, madeAt, count + more);
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " of " + device + ": " + message + "; at " + at + (madeAt.isEmpty() ? "" : ", made at " + madeAt)
                + (count > 1 ? ", " + count + " times" : "");
    }
}
