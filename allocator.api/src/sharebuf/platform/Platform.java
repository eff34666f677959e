package sharebuf.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.inventory.Violation;
import sharebuf.mapping.Lines;
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
     * @param to destination in order
     * @param size how many bytes, from the start of both; neither has fewer
     */
    void copy(List<Extent> from, List<Extent> to, long size);

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
     * Exchanges what two exported objects are made of: memory, descriptors, and the table entries that lead there. Each is from then on what
     * the other was, under its own name. What a device was programmed with before still leads where it led: the bytes stay where they are.
     *
     * @param a an exported object
     * @param b another one
     * @throws IllegalArgumentException when one of them is not exported; then nothing has changed
     */
    void exchange(ObjectId a, ObjectId b);

    /**
     * Gives an exported object a name that the kernel's own lists show. Nothing depends on it; one that the kernel does not take is lost.
     *
     * @param object the object
     * @param name text of any length, cut where the kernel has no room
     */
    default void name(ObjectId object, String name) {
    }

    /**
     * What a descriptor of somebody else is. Takes nothing.
     *
     * @param descriptor a descriptor of this process
     * @return the dma-buf; refused with EBADF or EINVAL when it is none, EOPNOTSUPP where there are no dma-bufs
     */
    default Outcome<DmaBufFacts> inspect(int descriptor) {
        return noDescriptors();
    }

    /**
     * Makes a descriptor of an exported object for somebody outside. It stays the platform's until {@link #takeBack}.
     *
     * @param object the object
     * @return the descriptor, closed on exec; refused as the kernel refuses, with EOPNOTSUPP where there are none
     */
    default Outcome<Lent.Handle> lend(ObjectId object) {
        return noDescriptors();
    }

    /**
     * Closes a descriptor that {@link #lend} or {@link #fences} made; another one is ignored.
     *
     * @param descriptor the descriptor
     */
    default void takeBack(int descriptor) {
    }

    /**
     * Whether anybody but the platform has a descriptor or a mapping of an exported object. Devices that imported it count.
     *
     * @param object the object
     * @return true when so, or when it cannot be known
     */
    default boolean outside(ObjectId object) {
        return false;
    }

    /**
     * Waits for the kernel's fences on an object.
     *
     * @param object the object
     * @param access what is going to be done with it
     * @param limit how long; zero only looks
     * @return the fences that are left, as text that names driver and timeline; empty when none is
     * @throws InterruptedException when the thread was interrupted
     */
    default Optional<String> awaitFences(ObjectId object, Access access, Duration limit) throws InterruptedException {
        return Optional.empty();
    }

    /**
     * The kernel's fences on an object as a sync_file. It stays the platform's until {@link #takeBack}.
     *
     * @param object the object
     * @param access what the one who waits for it is going to do
     * @return its descriptor, closed on exec; refused as the kernel refuses, with EOPNOTSUPP where there is no dma-buf
     */
    default Outcome<Integer> fences(ObjectId object, Access access) {
        return noDescriptors();
    }

    /**
     * Hangs a fence on an object.
     *
     * @param object the object
     * @param syncFile descriptor of a sync_file; it stays the caller's
     * @param access what its job does
     * @return ok; refused as the kernel refuses, with EOPNOTSUPP where there is no dma-buf
     */
    default Outcome<Outcome.Done> addFence(ObjectId object, int syncFile, Access access) {
        return noDescriptors();
    }

    /**
     * Listens to the kernel from this moment on.
     *
     * @return close it; {@link KernelLog#SILENT} where there is nothing to hear
     */
    default KernelLog listen() {
        return KernelLog.SILENT;
    }

    private <T> Outcome<T> noDescriptors() {
        return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "descriptor", "the memory of platform " + name() + " is no dma-buf", "memory of a kernel"));
    }

    /**
     * What the kernel says of a dma-buf.
     *
     * @param size in bytes
     * @param exporter who made it, such as {@code system}, {@code udmabuf} or a driver
     * @param name what somebody named it; empty when nobody did
     * @param file device and inode as text: the same for every descriptor of it, in every process
     * @param object the exported object that it is; empty when it is none of ours
     */
    record DmaBufFacts(long size, String exporter, String name, String file, Optional<ObjectId> object) {
    }

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
     * Enters whole extents into a device's address space, one behind the other from one address on. All of them or none; {@link #remove} takes the range as a whole.
     *
     * @param device name of the device
     * @param object the object
     * @param objectOffset where in the object the first byte is
     * @param dma first address as the device sends it, unsigned
     * @param extents the memory, at least one
     * @param access what the device may do
     * @throws IllegalArgumentException as {@link #enter} does
     * @throws IllegalStateException as {@link #enter} does
     */
    void enterAll(String device, ObjectId object, long objectOffset, long dma, List<Extent> extents, Access access);

    /**
     * Says which addresses a device sends to reach an object whose entries lie behind hardware that shows memory in another order. They are forgotten when the last entry of
     * the object is removed.
     *
     * @param device name of the device
     * @param object the object, all of it entered
     * @param lines in the order of the object's rows as the device sees them
     * @throws IllegalArgumentException when one of them leads to no entry of the object, naming the address
     * @throws IllegalStateException as {@link #enter} does
     */
    default void show(String device, ObjectId object, List<Lines> lines) {
        throw new IllegalArgumentException(device + ": platform " + name() + " has no hardware that shows memory in another order");
    }

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

    /**
     * As {@link #view}, through a mapping that caches nothing: that of memory allocated coherent or write-combine.
     *
     * @param extents in order
     * @param arena the segment ends with it
     * @return the bytes
     */
    default MemorySegment uncachedView(List<Extent> extents, Arena arena) {
        return view(extents, arena);
    }

    /**
     * As {@link #beginCpuAccess(ObjectId, Access)}, saying who.
     *
     * @param object the object
     * @param access what the CPU will do
     * @param by where it was begun, for reports
     */
    default void beginCpuAccess(ObjectId object, Access access, String by) {
        beginCpuAccess(object, access);
    }

    /**
     * As {@link #endCpuAccess(ObjectId, Access)}, saying who.
     *
     * @param object the object
     * @param access what the CPU did
     * @param by where it was begun, for reports
     */
    default void endCpuAccess(ObjectId object, Access access, String by) {
        endCpuAccess(object, access);
    }

    /**
     * A job of a device on a whole object begins. What the CPU wrote has been given by the end of its access; what another device wrote, and what
     * has to be copied to where the device reaches, is given here.
     *
     * @param device name of the device
     * @param object the object, mapped for it
     * @param access what the device is about to do
     * @param by who drives the device, for reports
     */
    default void beginDma(String device, ObjectId object, Access access, String by) {
    }

    /**
     * A job of a device on a whole object is over.
     *
     * @param device name of the device
     * @param object the object, mapped for it
     * @param access what the device did
     * @param by who drives the device, for reports
     */
    default void endDma(String device, ObjectId object, Access access, String by) {
    }

    /**
     * Takes memory that a device reaches, enters it for the device instead of the object's own, and copies the object's bytes there, so that nobody
     * reads what was there before. From then on {@link #beginDma} copies to it before jobs that read, {@link #endDma} back after jobs that wrote, and the syncs a range.
     * {@link #remove} gives it back.
     *
     * @param device name of the device
     * @param object the object
     * @param size in bytes
     * @param own what the use demands: the memory begins at a multiple of its alignment and ends within its mask
     * @param access what the device may do
     * @return the address of the first byte, as the device sends it; refused with ENOMEM when none is free, EOPNOTSUPP where there is no such memory
     */
    default Outcome<Long> bounce(String device, ObjectId object, long size, DmaConstraints own, Access access) {
        return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "bounce", "platform " + name() + " has no bounce buffers", "memory that the device reaches"));
    }

    /**
     * Gives bytes to a device: what the CPU wrote gets there, be it by writing cache lines back or by copying to where the device reaches.
     * For importers that stream.
     *
     * @param device name of the device
     * @param object the object, mapped for it
     * @param offset first byte, in the object
     * @param size in bytes
     * @param access what the device is about to do
     * @param by who hands over, for reports
     */
    default void syncForDevice(String device, ObjectId object, long offset, long size, Access access, String by) {
    }

    /**
     * Takes bytes back from a device: what it wrote gets to where the CPU and other devices look.
     *
     * @param device name of the device
     * @param object the object, mapped for it
     * @param offset first byte, in the object
     * @param size in bytes
     * @param access what the device did
     * @param by who hands over, for reports
     */
    default void syncForCpu(String device, ObjectId object, long offset, long size, Access access, String by) {
    }

    /**
     * What the platform has seen go wrong between caches, memory and devices.
     *
     * @return oldest first; always empty where hardware keeps such things to itself
     */
    default List<Violation> violations() {
        return List.of();
    }
}
