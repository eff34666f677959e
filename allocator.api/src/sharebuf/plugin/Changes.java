package sharebuf.plugin;

import java.util.List;
import sharebuf.memory.Extent;

/**
 * What changed in an allocator's seat between two moments; what was placed and given back in between is not among it. Who knew what was live
 * at the first moment takes the released extents out and then the placed ones in, and knows what is live at the second.
 *
 * <p>Immutable.
 *
 * @param released extents that were live at the first moment and are not, or have another note now
 * @param placed extents that were not live at the first moment or had another note, with the note of now
 */
public record Changes(List<Extent> released, List<Live.Held> placed) {
    /** Copies the lists. */
    public Changes {
        released = List.copyOf(released);
        placed = List.copyOf(placed);
    }
}
