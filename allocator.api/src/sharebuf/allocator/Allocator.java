package sharebuf.allocator;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.plugin.Plugin;

/**
 * Chooses extents of one region: an OSGi service with the property {@code sharebuf.region}, in the seat of that region. It is a
 * policy: what is live stands in the broker's ledger, and {@link #adopt} brings a successor up to date.
 *
 * <p>Calls to one allocator never overlap: the seat makes them one after another, on the thread of whoever asks for memory. Each is
 * bounded by the seat's time limit and interrupted at the bound; none holds a lock of the core. It must not call the broker back.
 * What it throws is caught and reported; after a throw the seat calls {@link #adopt} again, so that its books are true.
 */
@ConsumerType
public interface Allocator extends Plugin {
    /**
     * Kinds of vendor constraint that it honours. A request that carries another kind is never shown to it.
     *
     * @return names
     */
    default Set<String> understands() {
        return Set.of();
    }

    /**
     * Whether it could serve an object, as things stand. Takes nothing.
     *
     * @param request the object
     * @return its offer; or why not, in {@code constraint}, {@code found}, {@code needed} and, if it knows one, {@code fix}
     */
    Outcome<Offer> offer(Request request);

    /**
     * Takes memory for an object: claims extents, in the order of the object's bytes, that together hold exactly
     * {@link Request#sizeIn} bytes and that {@code request.constraints()} permit.
     *
     * @param request the object
     * @param claims the ledger's side; valid until the return
     * @return ok, then the claims are committed; or why not, then they are undone, {@link #released} is not called, and the
     *         allocator's own books must be as before
     * @throws Exception any; the claims are undone
     */
    Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception;

    /**
     * An extent of the region is free again.
     *
     * @param extent as it was claimed, by this allocator or by one before it
     */
    void released(Extent extent);
}
