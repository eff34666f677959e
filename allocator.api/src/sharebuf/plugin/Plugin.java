package sharebuf.plugin;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What every plug-in is: a policy that can be rebuilt from the ledger.
 *
 * <p>Lives as long as its OSGi service. Nothing of its own classes may outlive a call: values it returns are records of
 * {@code allocator.api}, what it throws is caught and copied.
 */
@ConsumerType
public interface Plugin {
    /**
     * Takes over what is live in its seat. Called before any other call, and again after a call that threw. May be called more than once;
     * the last call counts. At a swap the successor is called twice. First to rehearse, while its predecessor still serves: with what is
     * live then; an exporter with nothing, and an importer has {@link sharebuf.importer.Importer#rehearse} for it. Then for good, when nobody else serves and
     * nothing is changed in the ledger; unless it can {@link #catchUp}.
     *
     * @param live what is live, complete
     * @throws Exception any; then the plug-in does not take the seat
     */
    default void adopt(Live live) throws Exception {
    }

    /**
     * Takes over at a swap what changed in the seat since the last {@link #adopt} or the last of these calls, and so leaves the plug-in as an
     * adoption of all that is live would. While its predecessor serves it may be called several times; the last time requests wait for it to
     * return. For allocators: with ten thousand extents live, what changed since the rehearsal are a few.
     *
     * @param changes what changed
     * @return false when the plug-in cannot, and did nothing: then it adopts anew
     * @throws Exception any; then the plug-in does not take the seat
     */
    default boolean catchUp(Changes changes) throws Exception {
        return false;
    }

    /**
     * A successor is about to take over and waits for the calls in flight. A call that waits for something outside, such as a frame or a flip,
     * ends now: with what it has, or, if it changed nothing, with {@link MadeWayException}; it is then made again at the successor. The same
     * goes for calls that begin later. Ends with {@link #carryOn} when the swap is off, else with the service.
     *
     * <p>Called on a thread of its own while calls are in flight; must return at once. Not called where calls never overlap (allocators,
     * dma_map_ops), which have nothing to wait for.
     */
    default void makeWay() {
    }

    /** The swap is off: the plug-in serves on, calls may wait again. */
    default void carryOn() {
    }
}
