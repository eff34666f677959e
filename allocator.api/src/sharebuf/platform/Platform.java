package sharebuf.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.memory.Extent;

/**
 * What owns the raw things: bytes, table entries, descriptors. One service in a framework; the broker is its only user.
 *
 * <p>Thread-safe. It believes the broker about what is live and checks nothing twice, except that an entry leads where the wiring
 * really leads.
 */
@ProviderType
public interface Platform {
    /**
     * Its name.
     *
     * @return {@code sim} or {@code linux}
     */
    String name();

    /**
     * What is simulated.
     *
     * @return names of devices and memory; empty on real hardware
     */
    List<String> simulated();

    /**
     * What is real.
     *
     * @return names of devices and memory
     */
    List<String> real();

    /**
     * The bytes of extents, one after another in one contiguous segment.
     *
     * @param extents in order
     * @param arena the segment ends with it
     * @return the bytes
     */
    MemorySegment view(List<Extent> extents, Arena arena);

    /**
     * Makes extents read zero.
     *
     * @param extents any order
     */
    void zero(List<Extent> extents);

    /**
     * Copies bytes.
     *
     * @param from source in order
     * @param to destination in order, of at least the same size
     */
    void copy(List<Extent> from, List<Extent> to);

    /**
     * Makes an object known to device nodes: a dma-buf.
     *
     * @param object the object
     * @param extents its memory in order
     * @param size its bytes
     */
    void export(ObjectId object, List<Extent> extents, long size);

    /**
     * Makes an object unknown. Its mappings were removed before.
     *
     * @param object the object
     */
    void withdraw(ObjectId object);

    /**
     * Enters bytes of an object into a device's address space.
     *
     * @param device name of the device
     * @param object the object
     * @param objectOffset where in the object the bytes are
     * @param dma first address as the device sends it, unsigned
     * @param extent the memory
     * @param offset from the extent's start
     * @param size in bytes
     * @param access what the device may do
     * @throws IllegalArgumentException when the device's wiring leads elsewhere from that address, naming both places
     * @throws IllegalStateException when there is no such device, or no more: the message begins with ENODEV
     */
    void enter(String device, ObjectId object, long objectOffset, long dma, Extent extent, long offset, long size, Access access);

    /**
     * Removes an entry.
     *
     * @param device name of the device
     * @param object the object
     * @param dma as entered
     * @param size as entered
     */
    void remove(String device, ObjectId object, long dma, long size);

    /**
     * Makes removals visible to the device.
     *
     * @param device name of the device
     */
    void flush(String device);

    /**
     * Before the CPU touches an object.
     *
     * @param object the object
     * @param access what the CPU will do
     */
    void beginCpuAccess(ObjectId object, Access access);

    /**
     * After the CPU touched an object.
     *
     * @param object the object
     * @param access what the CPU did
     */
    void endCpuAccess(ObjectId object, Access access);
}
