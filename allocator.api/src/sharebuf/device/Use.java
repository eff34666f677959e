package sharebuf.device;

import java.util.List;
import java.util.Objects;
import sharebuf.format.FormatRange;

/**
 * What a device does with a buffer, and what it demands for that: a V4L2 queue, scan-out, the CPU.
 *
 * <p>Immutable.
 *
 * @param id its name
 * @param access what the device does with the bytes
 * @param dma what it demands of memory
 * @param formats the pictures it takes; empty when {@code bytes} alone is meant
 * @param bytes whether it takes buffers without a format (bitstreams, tensors); with no formats and true, it takes anything
 * @param lettingGo how it frees a buffer for a move
 * @param held how many buffers it keeps for itself while it works, at least 0
 */
public record Use(UseId id, Access access, DmaConstraints dma, List<FormatRange> formats, boolean bytes, LettingGo lettingGo, int held) {
    /** Checks and copies. */
    public Use {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(dma, "dma");
        Objects.requireNonNull(lettingGo, "lettingGo");
        formats = List.copyOf(formats);
        if (held < 0) {
            throw new IllegalArgumentException(id + ": held " + held + ", at least 0");
        }
        if (formats.isEmpty() && !bytes) {
            throw new IllegalArgumentException(id + " takes neither pictures nor bytes");
        }
    }

    /**
     * Whether it takes any format at all, as the CPU does.
     *
     * @return true with no formats listed
     */
    public boolean anyFormat() {
        return formats.isEmpty() && bytes;
    }
}
