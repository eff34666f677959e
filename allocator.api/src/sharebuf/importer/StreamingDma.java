package sharebuf.importer;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.UseId;

/**
 * The kernel's streaming DMA API, for importers whose devices work on a part of a buffer: who owns which bytes is handed over range by
 * range. Whole buffers need none of it, since {@link Fences} hand them over: {@code begin} gives a buffer to the device, {@code complete} gives it back.
 *
 * <p>Directions are what the device does: {@link Access#READ} is {@code DMA_TO_DEVICE}, {@link Access#WRITE} is {@code DMA_FROM_DEVICE},
 * {@link Access#READ_WRITE} is {@code DMA_BIDIRECTIONAL}.
 *
 * <p>Each call is checked as {@code kernel/dma/debug.c} of Linux does. A wrong one does nothing, throws, and is listed with the lines that made and that broke the
 * mapping ({@link sharebuf.inventory.Inventory#violations}). What was mapped stands in the broker's ledger and outlives the importer, so a successor may
 * unmap it.
 *
 * <p>Thread-safe; calls no plug-in.
 */
@ProviderType
public interface StreamingDma {
    /** What a call may leave out; the kernel's {@code DMA_ATTR_*}. */
    enum Attribute {
        /** The bytes are not handed over by this call: somebody synced them, or will ({@code DMA_ATTR_SKIP_CPU_SYNC}). */
        SKIP_CPU_SYNC
    }

    /**
     * Gives bytes to a device, as {@code dma_map_single_attrs}.
     *
     * @param use who works; the object is attached to it
     * @param object the object
     * @param offset first byte, in the object
     * @param size in bytes, at least 1; the bytes lie in one segment of the attachment
     * @param direction what the device does, no more than the use was declared with
     * @param attributes what to leave out
     * @return the address of the first byte, for this device only
     * @throws IllegalStateException when the object is not mapped for the use
     * @throws IllegalArgumentException when the bytes are not in one segment or the direction is not the use's, naming both
     */
    DmaAddress map(UseId use, ObjectId object, long offset, long size, Access direction, Set<Attribute> attributes);

    /**
     * Takes bytes back, as {@code dma_unmap_single_attrs}. Where the same bytes were mapped several times, one of the mappings ends.
     *
     * @param address as {@link #map} returned
     * @param size as mapped
     * @param direction as mapped
     * @param attributes what to leave out
     * @throws IllegalArgumentException when nothing is mapped so; the mapping stays
     */
    void unmap(DmaAddress address, long size, Access direction, Set<Attribute> attributes);

    /**
     * Lets the CPU have bytes of a mapping that stays, as {@code dma_sync_single_for_cpu}.
     *
     * @param address first byte; in the middle of a mapping for a part of it
     * @param size in bytes, at least 1, within the mapping
     * @param direction as mapped; of a mapping in both directions either one
     * @throws IllegalArgumentException when nothing is mapped so
     */
    void syncForCpu(DmaAddress address, long size, Access direction);

    /**
     * Gives bytes back to the device, as {@code dma_sync_single_for_device}.
     *
     * @param address as {@link #syncForCpu}
     * @param size as {@link #syncForCpu}
     * @param direction as {@link #syncForCpu}
     * @throws IllegalArgumentException when nothing is mapped so
     */
    void syncForDevice(DmaAddress address, long size, Access direction);
}
