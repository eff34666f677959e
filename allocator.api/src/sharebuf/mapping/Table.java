package sharebuf.mapping;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.device.Access;
import sharebuf.memory.Extent;

/**
 * The entries of an address space for one device and object: of a bus, an IOMMU or a window alike. Entries are the platform's;
 * what is entered is checked against the object's memory and the device's windows.
 *
 * <p>Confined to the thread of the call it was given for; after its return every method throws {@link IllegalStateException}.
 */
@ProviderType
public interface Table {
    /**
     * Makes bytes of an extent visible to the device.
     *
     * @param dma first address as the device sends it, unsigned
     * @param extent the memory, one of the object's
     * @param offset from the extent's start, in bytes
     * @param size in bytes, at least 1
     * @param access what the device may do
     * @throws IllegalArgumentException when the address cannot lead there, leaves the device's windows, overlaps another entry, or
     *         the memory is not the object's; the message names both sides
     */
    void enter(long dma, Extent extent, long offset, long size, Access access);

    /**
     * Makes pieces of the object's memory visible to the device as one range, one behind the other: as {@link #enter} does for each piece as a whole, but looked at
     * once, and one entry afterwards. An IOMMU walks to each of its tables once then, not once a piece.
     *
     * @param dma first address as the device sends it, unsigned
     * @param pieces of the object's memory, in its order, at least one
     * @param access what the device may do
     * @throws IllegalArgumentException as {@link #enter} does; then nothing was entered, but where the table of the platform is one of single pieces those before
     *         the one that is named
     */
    default void enterAll(long dma, List<Piece> pieces, Access access) {
        long at = dma;
        for (Piece piece : pieces) {
            enter(at, piece.extent(), 0, piece.extent().size(), access);
            at += piece.extent().size();
        }
    }

    /**
     * Takes entries away: all that lie in a range of the device's addresses. A segment of {@link Mapped} is such a range, however
     * many extents it was entered from, so unmapping needs no memory of how the mapping was made.
     *
     * @param dma first address, unsigned
     * @param size in bytes; the range is a union of whole entries of the object, without a hole
     * @throws IllegalArgumentException when it is not, naming the entry that would be cut or the address where none is; then nothing
     *         is taken away
     */
    void remove(long dma, long size);

    /**
     * Says, instead of any entry, that somebody else maps the object when the device imports it, and that nobody needs to know
     * where: the kernel, for a device node of Linux.
     *
     * @param by who maps
     * @throws IllegalStateException when something was entered
     */
    void opaque(String by);

    /**
     * Instead of any entry, maps memory that the device reaches and that the object's bytes are copied to and from: a bounce buffer, as the kernel's swiotlb
     * has them. They are copied to it when a job begins that reads, and back when one is over that wrote.
     *
     * @throws sharebuf.buffer.RefusedException when there is no such memory, or none is free: ENOMEM with what there is; let it pass
     * @throws IllegalStateException when something was entered
     */
    default void bounce() {
        throw new UnsupportedOperationException("this table has no bounce buffers");
    }

    /**
     * Says that the device reaches the object through hardware that shows memory in another order, and what it sees there. All of the object was entered before, at
     * addresses of that hardware's own where memory keeps its order (pages of a translation table); what the device sends are these instead. They are the segments of
     * the mapping, and go with its entries. Each plane may have as many of them as the use takes segments.
     *
     * @param lines in the order of the planes' rows as the device sees them, together as many bytes as the object has
     * @throws IllegalArgumentException when they are more or fewer, leave the device's mask, or one of them leads to memory that is not the object's
     * @throws IllegalStateException when not all of the object was entered
     */
    default void shown(List<Lines> lines) {
        throw new UnsupportedOperationException("this table shows memory in its own order only");
    }

    /** Makes removals visible to the device: an IOTLB's invalidation. */
    void flush();
}
