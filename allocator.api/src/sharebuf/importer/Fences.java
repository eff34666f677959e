package sharebuf.importer;

import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;

/**
 * Where importers say which jobs are in flight. CPU access, detach and release wait for them. The fences stand in the broker's
 * ledger and outlive the importer.
 *
 * <p>Thread-safe; takes no lock that a plug-in call is made under.
 */
@ProviderType
public interface Fences {
    /**
     * A job on a buffer begins: call before the buffer is queued. The access is that of the use. When somebody outside of this process has
     * the buffer, the kernel's fences on it are awaited first, bounded; then it may take long.
     *
     * @param use who works
     * @param buffer on what
     * @throws IllegalStateException when the buffer is not mapped for the use
     * @throws sharebuf.buffer.RefusedException when a fence of somebody else did not come: ETIMEDOUT, naming it. No job has begun then; let it
     *         pass to the caller
     */
    void begin(UseId use, BufferId buffer);

    /**
     * The oldest unfinished job of the use on the buffer is over: call when it was dequeued or flipped away. Does nothing when
     * there is none.
     *
     * @param use who worked
     * @param buffer on what
     */
    void complete(UseId use, BufferId buffer);
}
