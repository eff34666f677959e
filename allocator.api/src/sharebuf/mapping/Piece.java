package sharebuf.mapping;

import java.util.Objects;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;

/**
 * A piece of an object's memory: the extent and the CPU addresses of those of its bytes that the object uses.
 *
 * <p>Immutable.
 *
 * @param extent the extent
 * @param span its CPU addresses
 */
public record Piece(Extent extent, Span span) {
    /** Checks that both are there and alike. */
    public Piece {
        Objects.requireNonNull(extent, "extent");
        if (span.size() != extent.size()) {
            throw new IllegalArgumentException(extent + " and " + span + " differ in size");
        }
    }
}
