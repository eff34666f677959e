package sharebuf.exporter;

import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Outcome;
import sharebuf.format.Layout;
import sharebuf.plugin.Plugin;

/**
 * Takes over the export of buffers that need more than the default: a memory manager that moves its backing store, a window that
 * shows memory in another order. An OSGi service with the property {@value #EXPORTER}, in the seat of that name. Memory of any
 * allocator is shareable without one.
 *
 * <p>Must be thread-safe. Calls are made without any lock of the core and bounded by the seat's time limit.
 */
@ConsumerType
public interface Exporter extends Plugin {
    /** Service property: name of the exporter, a String. */
    String EXPORTER = "sharebuf.exporter";

    /**
     * Whether it wants to export what the request asks for. Asked before memory is taken, and as often as somebody asks or explains: it takes
     * nothing, and the answer hangs on the request and the configuration, not on what was asked before.
     *
     * @param request the first object's request
     * @return true to take it over
     */
    boolean takes(Request request);

    /**
     * The layout that its buffers have. Asked when it {@link #takes} them; the answer is as steady.
     *
     * @param request the first object's request
     * @param usual the layout that all uses agree on
     * @return that one or one that {@link Layout#holds} it; another is reported and not taken
     */
    default Layout layout(Request request, Layout usual) {
        return usual;
    }

    /**
     * Whether a buffer may be moved now. Every exporter is asked about every buffer, whoever made it: one that is not its own may.
     *
     * @param buffer the buffer
     * @return ok, or why not
     */
    default Outcome<Outcome.Done> mayMove(BufferId buffer) {
        return Outcome.ok();
    }
}
