package sharebuf.plugin;

import java.util.List;
import java.util.Optional;
import sharebuf.importer.Attached;
import sharebuf.mapping.Mapped;
import sharebuf.memory.Extent;

/**
 * What is live in a seat.
 *
 * <p>Immutable.
 *
 * @param extents for an allocator: the live extents of its region in ascending order, each with the note of its object
 * @param mappings for dma_map_ops: the live mappings of its address space
 * @param attachments for an importer: the live attachments of its device
 */
public record Live(List<Held> extents, List<Mapped> mappings, List<Attached> attachments) {
    /** Nothing is live. */
    public static final Live NOTHING = new Live(List.of(), List.of(), List.of());

    /**
     * A live extent.
     *
     * @param extent the extent
     * @param note what its allocator kept with the object
     */
    public record Held(Extent extent, Optional<Note> note) {
    }

    /** Copies the lists. */
    public Live {
        extents = List.copyOf(extents);
        mappings = List.copyOf(mappings);
        attachments = List.copyOf(attachments);
    }
}
