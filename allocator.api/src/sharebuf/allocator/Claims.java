package sharebuf.allocator;

import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
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
     * Takes memory that a driver made, handed over as a dma-buf, for the next bytes of the object: what
     * {@code DRM_IOCTL_PRIME_HANDLE_TO_FD} or {@code VIDIOC_EXPBUF} returned on the region's device.
     *
     * <p>The descriptor becomes the platform's with the call, whatever comes of it: a plug-in has nothing to close it with, so a refused
     * one is closed. Left alone are only numbers of which nobody could say whose they are: one that is no dma-buf, and one that the platform
     * has open already. What was taken is closed exactly once, when the object's memory is given back or the claims are undone.
     *
     * @param descriptor of a dma-buf, open for reading and writing
     * @param size bytes of it that are used, from its start: a multiple of the granule, at least one, at most its own size
     * @return ok, then it is claimed; refused with EEXIST when it is a dma-buf that the platform has already (the same device and inode,
     *         whatever its number), EBADF or EINVAL when it is no dma-buf, EINVAL when the size does not fit, EACCES when it cannot be
     *         written, ENOMEM beyond the region's limit, EOPNOTSUPP when the region takes none
     * @throws IllegalStateException when the region is placed; the descriptor stays with the caller
     */
    Outcome<Outcome.Done> take(int descriptor, long size);

    /**
     * Keeps something that only this allocator understands with the object, for itself or its successor.
     *
     * @param note the note; a second one replaces the first
     */
    void note(Note note);

    /**
     * Keeps another note with a live object of the region than it had: what an allocator rearranged to make room for the newcomer, without touching anybody's bytes.
     * It counts from the return of {@code place} on, and not at all when the claims are undone.
     *
     * @param extent a live extent of the region, committed by an earlier call; each extent of an object has the note, so each is named
     * @param note the note
     */
    default void note(Extent extent, Note note) {
        throw new UnsupportedOperationException("these claims keep no notes of others");
    }
}
