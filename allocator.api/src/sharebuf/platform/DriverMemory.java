package sharebuf.platform;

import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.device.UseId;

/**
 * Memory that a simulated driver takes for itself, as {@code dma_alloc_attrs} gives to a kernel driver: V4L2's MMAP buffers, DRM's
 * dumb buffers. A service of the broker.
 *
 * <p>Thread-safe. What a driver does not free is freed when the platform stops.
 */
@ProviderType
public interface DriverMemory {
    /**
     * Takes memory that suits a use, mapped for its device.
     *
     * @param use the use
     * @param bytes at least 1
     * @return the object, exported; refused like any request
     */
    Outcome<ObjectId> allocate(UseId use, long bytes);

    /**
     * Gives it back.
     *
     * @param object from {@link #allocate}; another one is ignored
     */
    void free(ObjectId object);
}
