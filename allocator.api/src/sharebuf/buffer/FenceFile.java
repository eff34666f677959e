package sharebuf.buffer;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The kernel's fences of an object at one moment, as a sync_file: it becomes readable when all are signalled.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface FenceFile extends AutoCloseable {
    /**
     * Its descriptor, closed on exec. It is the platform's: send it, do not close it.
     *
     * @return at least 0
     */
    int descriptor();

    /** Closes the descriptor; idempotent. */
    @Override
    void close();
}
