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
     * Whether it wants to export what the request asks for. Asked before memory is taken.
     *
     * @param request the first object's request
     * @return true to take it over
     */
    boolean takes(Request request);

    /**
     * The layout that its buffers have.
     *
     * @param request the first object's request
     * @param usual the layout that all uses agree on
     * @return that one or its own, with at least as many bytes an object
     */
    default Layout layout(Request request, Layout usual) {
        return usual;
    }

    /**
     * Whether a buffer may be moved now.
     *
     * @param buffer the buffer
     * @return ok, or why not
     */
    default Outcome<Outcome.Done> mayMove(BufferId buffer) {
        return Outcome.ok();
    }
}
