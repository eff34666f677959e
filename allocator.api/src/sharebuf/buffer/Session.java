package sharebuf.buffer;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.device.UseId;

/**
 * Owns leases: sets of buffers and held buffers. Another session may hold the same buffer; the last lease frees it.
 *
 * <p>Thread-safe. After {@link #close()}, or after the owner's bundle has stopped, every call throws
 * {@link IllegalStateException}; its sets are unmapped and freed, and DMA that still runs on them is awaited first.
 */
@ProviderType
public interface Session extends AutoCloseable {
    /**
     * Its name.
     *
     * @return as given
     */
    String name();

    /**
     * Describes buffers for uses without taking memory.
     *
     * @param spec what is wanted
     * @param uses who will use it; one may write, any number read; the CPU is {@code cpu}
     * @return the set in state {@link BufferSet.State#DESCRIBED}; refused when a use is unknown, when two uses write, or when the
     *         devices have no format, size or memory in common
     */
    Outcome<BufferSet> describe(BufferSpec spec, List<UseId> uses);

    /**
     * Describes, allocates and maps in one call: {@code dma_alloc_attrs_for_devices}. Where an importer takes none of the memory that was
     * chosen, the memory is given back and the next offer is tried, each at most once; what was refused is learnt
     * ({@link BufferBroker#learnt()}) and offered last from then on.
     *
     * @param spec what is wanted
     * @param uses who will use it
     * @return the set in state {@link BufferSet.State#MAPPED}, each buffer reachable for each device; refused as a whole, with what the
     *         importers said of each allocator's memory
     */
    Outcome<BufferSet> allocateFor(BufferSpec spec, List<UseId> uses);

    /**
     * Imports buffers of somebody else. The set is like any other but for its memory: that is never zeroed and never moved, and it stays the
     * giver's when the set is closed. The platform takes descriptors of its own; the caller closes those it has, whenever it likes.
     *
     * @param foreign the buffers
     * @param uses who will use them; {@code cpu} when nobody else
     * @return the set in state {@link BufferSet.State#MAPPED}; refused as a whole: EEXIST when a dma-buf is a live buffer already, naming it,
     *         EBADF or EINVAL when a descriptor is no dma-buf, is too small, or is there twice, EACCES when it is not open for reading and writing,
     *         EOPNOTSUPP where there are no dma-bufs, and as an attach refuses
     */
    Outcome<BufferSet> importSet(Foreign foreign, List<UseId> uses);

    /**
     * As {@link #allocateFor}; where no memory suits all uses, as few sets as were found, between which the caller copies. Only a refusal
     * that other memory or fewer uses may cure leads there: a device that is busy or gone is refused at once.
     *
     * @param spec what is wanted
     * @param uses who will use it
     * @return the sets; refused as a whole when a use takes no memory even alone
     */
    Outcome<Sharing> allocateApart(BufferSpec spec, List<UseId> uses);

    /**
     * The buffer that a device reaches at an address.
     *
     * @param address an address given to that device
     * @return the buffer, or empty when nothing is mapped there
     * @throws ForeignAddressException when the address belongs to another device's address space, naming both
     */
    Optional<SharedBuffer> lookup(DmaAddress address);

    /**
     * Takes another lease on a live buffer.
     *
     * @param id the buffer
     * @return the buffer; refused with ENOENT when it is not live
     */
    Outcome<SharedBuffer> hold(BufferId id);

    /**
     * A device's application interface, such as a video device. The handle stays valid while the plug-in behind it is replaced;
     * while there is none, calls are refused with {@link RefusedException} (EAGAIN, ENODEV).
     *
     * @param <T> the interface
     * @param type an interface of an {@code *.api} bundle whose methods take and return values
     * @param device name of the device
     * @return the handle; refused when no such device offers that interface
     */
    <T> Outcome<T> device(Class<T> type, String device);

    /** Gives everything back; idempotent. What is still lent is taken back and reported. */
    @Override
    void close();
}
