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
     * Takes over what is live in its seat. Called before any other call, again at a swap, and again after a call that threw. May be
     * called more than once; the last call counts.
     *
     * @param live what is live, complete
     * @throws Exception any; then the plug-in does not take the seat
     */
    default void adopt(Live live) throws Exception {
    }
}
