package sharebuf.broker.ledger;

import java.util.List;
import sharebuf.mapping.Piece;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;

/**
 * The memory of one object.
 *
 * <p>Immutable.
 *
 * @param allocator {@code service.pid} of the plug-in that chose it
 * @param region the ledger it stands in
 * @param extents in the order of the object's bytes
 * @param size bytes of the object; the last extent may hold a few more
 */
public record ObjectMemory(String allocator, RegionLedger region, List<Extent> extents, long size) {
    /** Copies the list. */
    public ObjectMemory {
        extents = List.copyOf(extents);
    }

    /**
     * The CPU addresses.
     *
     * @return one span an extent
     */
    public List<Span> spans() {
        return extents.stream().map(region::span).toList();
    }

    /**
     * Extents with their CPU addresses.
     *
     * @return in order
     */
    public List<Piece> pieces() {
        return extents.stream().map(e -> new Piece(e, region.span(e))).toList();
    }
}
