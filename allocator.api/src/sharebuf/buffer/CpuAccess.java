package sharebuf.buffer;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bytes of a buffer while the CPU may touch them.
 *
 * <p>Externally synchronised. After {@link #close()} the methods throw {@link IllegalStateException}; a segment that was kept must
 * not be touched any more, and throws as soon as the buffer's memory is freed. (One shared arena per object, made at the first access:
 * one per access would cost more than most accesses.)
 */
@ProviderType
public interface CpuAccess extends AutoCloseable {
    /**
     * The bytes of an object, contiguous whatever the memory behind it; read-only when the access only reads.
     *
     * @param index of the object, from 0
     * @return the bytes
     */
    MemorySegment object(int index);

    /**
     * The bytes of a plane, padding included.
     *
     * @param index of the plane, from 0
     * @return the bytes
     */
    MemorySegment plane(int index);

    /** Ends the access, as {@code DMA_BUF_IOCTL_SYNC} with END: makes the CPU's bytes visible to devices. Idempotent. */
    @Override
    void close();
}
