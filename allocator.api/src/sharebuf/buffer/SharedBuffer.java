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

    /**
     * Waits for the kernel's fences on it: jobs of others, a GPU of another process for example, that neither the broker nor most V4L2
     * drivers know of. CPU access and queueing wait by themselves, the latter only in a buffer that somebody outside has; calling this
     * before keeps a queue from being held up meanwhile.
     *
     * @param access what is going to be done: who writes waits for readers too
     * @param limit how long
     * @return ok; refused with ETIMEDOUT naming the fences, or with EINTR
     */
    Outcome<Outcome.Done> await(Access access, Duration limit);

    /**
     * The kernel's fences on an object, for somebody who waits for sync_files.
     *
     * @param object index of the object, from 0
     * @param access what the other one is going to do
     * @return the fences of this moment; refused with EOPNOTSUPP where there is no dma-buf, or as the kernel refuses
     */
    Outcome<FenceFile> fences(int object, Access access);

    /**
     * Hangs a fence on every object, which whoever imports it then waits for: the sync_file that came with a frame from another process.
     *
     * @param syncFile descriptor of a sync_file; it stays the caller's
     * @param access what the fence's job does
     * @return ok; refused with EOPNOTSUPP where there is no dma-buf, or as the kernel refuses
     */
    Outcome<Outcome.Done> addFence(int syncFile, Access access);

    /**
     * Lends it to somebody outside of this process.
     *
     * @param taker who takes it, for reports and refusals, not blank
     * @return descriptors to send; refused with EOPNOTSUPP where there are none, or as the kernel refuses
     * @throws IllegalStateException after close
     */
    Outcome<Lent> lend(String taker);

    /** Gives the lease back; idempotent. */
    @Override
    void close();
}
