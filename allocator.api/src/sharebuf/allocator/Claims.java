package sharebuf.allocator;

import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.Outcome;
import sharebuf.plugin.Note;

/**
 * The ledger's side of one {@link Allocator#place} call. The ledger guards: whoever proposes it, an extent that overlaps a live or
 * reserved one, leaves the region or breaks the granule is refused.
 *
 * <p>Confined to the thread of the call; after its return every method throws {@link IllegalStateException}.
 */
@ProviderType
public interface Claims {
    /**
     * Takes an extent for the next bytes of the object.
     *
     * @param offset from the region's start, a multiple of its granule
     * @param size in bytes, a multiple of the granule, at least one
     * @return false when some of it is taken: try another place
     * @throws IllegalArgumentException when it leaves the region or breaks the granule, naming the bound
     */
    boolean claim(long offset, long size);

    /**
     * Takes memory of a granted region for the next bytes of the object: the kernel chooses where.
     *
     * @param size in bytes, a multiple of the granule, at least one
     * @return ok, then it is claimed; refused as the kernel refuses
     * @throws IllegalStateException when the region is placed
     */
    Outcome<Outcome.Done> grant(long size);

    /**
     * Keeps something that only this allocator understands with the object, for itself or its successor.
     *
     * @param note the note; a second one replaces the first
     */
    void note(Note note);
}
