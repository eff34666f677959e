package sharebuf.device;

import java.util.ArrayList;
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
 * @param formats the pictures it takes; empty when it takes none, or any
 * @param bytes whether it takes buffers without a format (bitstreams, tensors)
 * @param anyFormat whether it takes pictures of any format and layout, as the CPU does; then {@code formats} is empty
 * @param lettingGo how it frees a buffer for a move
 * @param held how many buffers it keeps for itself while it works, at least 0
 * @param alternatives what it accepts instead of {@code dma}, the best first, each complete in itself; at most {@value #MOST_ALTERNATIVES}; one that equals
 *     {@code dma} or an earlier one is left out
 */
public record Use(UseId id, Access access, DmaConstraints dma, List<FormatRange> formats, boolean bytes, boolean anyFormat,
        LettingGo lettingGo, int held, List<DmaConstraints> alternatives) {
    /** How many alternatives a use may state. */
    public static final int MOST_ALTERNATIVES = 8;

    /** Checks and copies. */
    public Use {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(dma, "dma");
        Objects.requireNonNull(lettingGo, "lettingGo");
        formats = List.copyOf(formats);
        alternatives = List.copyOf(alternatives);
        if (alternatives.size() > MOST_ALTERNATIVES) {
            throw new IllegalArgumentException(id + ": " + alternatives.size() + " alternatives, at most " + MOST_ALTERNATIVES);
        }
        // Stated twice is stated once, or the second would make all behind it dearer.
        alternatives = alternatives.stream().distinct().filter(a -> !a.equals(dma)).toList();
        if (held < 0) {
            throw new IllegalArgumentException(id + ": held " + held + ", at least 0");
        }
        if (formats.isEmpty() && !bytes && !anyFormat) {
            throw new IllegalArgumentException(id + " takes neither pictures nor bytes");
        }
        if (anyFormat && !formats.isEmpty()) {
            throw new IllegalArgumentException(id + " takes any format, and lists " + formats.size());
        }
    }

    /**
     * A use that accepts one set of constraints only.
     *
     * @param id its name
     * @param access what the device does with the bytes
     * @param dma what it demands of memory
     * @param formats the pictures it takes; empty when it takes none, or any
     * @param bytes whether it takes buffers without a format
     * @param anyFormat whether it takes pictures of any format and layout
     * @param lettingGo how it frees a buffer for a move
     * @param held how many buffers it keeps for itself while it works, at least 0
     */
    public Use(UseId id, Access access, DmaConstraints dma, List<FormatRange> formats, boolean bytes, boolean anyFormat, LettingGo lettingGo, int held) {
        this(id, access, dma, formats, bytes, anyFormat, lettingGo, held, List.of());
    }

    /**
     * A use that takes the listed formats, or, with none listed and {@code bytes}, anything.
     *
     * @param id its name
     * @param access what the device does with the bytes
     * @param dma what it demands of memory
     * @param formats the pictures it takes
     * @param bytes whether it takes buffers without a format
     * @param lettingGo how it frees a buffer for a move
     * @param held how many buffers it keeps for itself while it works, at least 0
     */
    public Use(UseId id, Access access, DmaConstraints dma, List<FormatRange> formats, boolean bytes, LettingGo lettingGo, int held) {
        this(id, access, dma, formats, bytes, formats.isEmpty() && bytes, lettingGo, held);
    }

    /**
     * A use that takes bitstreams and no pictures: the compressed side of a codec.
     *
     * @param id its name
     * @param access what the device does with the bytes
     * @param dma what it demands of memory
     * @param lettingGo how it frees a buffer for a move
     * @param held how many buffers it keeps for itself while it works, at least 0
     * @return the use
     */
    public static Use ofBytes(UseId id, Access access, DmaConstraints dma, LettingGo lettingGo, int held) {
        return new Use(id, access, dma, List.of(), true, false, lettingGo, held);
    }

    /**
     * The same use with other constraints to fall back on.
     *
     * @param others the best first; the broker takes one of them where memory for what is better cannot be had
     * @return the use
     */
    public Use orElse(List<DmaConstraints> others) {
        return new Use(id, access, dma, formats, bytes, anyFormat, lettingGo, held, others);
    }

    /**
     * All that it accepts.
     *
     * @return in order of preference: {@code dma}, then the alternatives
     */
    public List<DmaConstraints> acceptable() {
        List<DmaConstraints> all = new ArrayList<>(List.of(dma));
        all.addAll(alternatives);
        return all;
    }

    /**
     * The same use once it is decided.
     *
     * @param rank index in {@link #acceptable}
     * @return a use that accepts this only
     */
    public Use choosing(int rank) {
        return new Use(id, access, acceptable().get(rank), formats, bytes, anyFormat, lettingGo, held, List.of());
    }
}
