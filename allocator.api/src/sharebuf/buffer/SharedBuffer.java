package sharebuf.buffer;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.device.Access;
import sharebuf.format.Layout;

/**
 * A buffer.
 *
 * <p>Thread-safe. A lease: {@link #close()} gives it back, and the last lease frees the memory. Its set holds a lease of its own.
 */
@ProviderType
public interface SharedBuffer extends AutoCloseable {
    /**
     * Its name.
     *
     * @return the same after a move
     */
    BufferId id();

    /**
     * How often its memory was replaced.
     *
     * @return 0 for the memory it was allocated with
     */
    int generation();

    /**
     * Objects and planes.
     *
     * @return the layout
     */
    Layout layout();

    /**
     * Its objects.
     *
     * @return in order
     */
    default List<ObjectId> objects() {
        return java.util.stream.IntStream.range(0, layout().objects().size()).mapToObj(i -> new ObjectId(id(), i)).toList();
    }

    /**
     * Opens it for the CPU, as {@code DMA_BUF_IOCTL_SYNC} with START: waits for DMA that writes (and for DMA that reads, when the
     * CPU writes), then makes the devices' bytes visible.
     *
     * @param access what the CPU will do
     * @param limit how long to wait for DMA
     * @return the bytes; refused with ETIMEDOUT and the fence's owner, or with EOPNOTSUPP when it was allocated without a kernel
     *         mapping
     * @throws IllegalStateException after close
     */
    Outcome<CpuAccess> beginCpuAccess(Access access, Duration limit);

    /** Gives the lease back; idempotent. */
    @Override
    void close();
}
