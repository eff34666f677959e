package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Memory of a heap as a new dma-buf: {@code DMA_HEAP_IOCTL_ALLOC}.
 *
 * <p>Layout of {@code struct dma_heap_allocation_data} in {@code linux/dma-heap.h}.
 */
public final class DmaHeapAllocation extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("dma_heap_allocation_data", u64("len"), u32("fd"), u32("fd_flags"), u64("heap_flags"));

    private static final long LEN = offset(LAYOUT, "len");
    private static final long FD = offset(LAYOUT, "fd");
    private static final long FD_FLAGS = offset(LAYOUT, "fd_flags");
    private static final long HEAP_FLAGS = offset(LAYOUT, "heap_flags");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DmaHeapAllocation(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Bytes; the kernel rounds up to pages.
     *
     * @return the value
     */
    public long length() {
        return int64(LEN);
    }

    /**
     * Sets {@link #length()}.
     *
     * @param value the value
     * @return this
     */
    public DmaHeapAllocation length(long value) {
        int64(LEN, value);
        return this;
    }

    /**
     * Out: descriptor of the dma-buf.
     *
     * @return the value
     */
    public int fd() {
        return int32(FD);
    }

    /**
     * Sets {@link #fd()}.
     *
     * @param value the value
     * @return this
     */
    public DmaHeapAllocation fd(int value) {
        int32(FD, value);
        return this;
    }

    /**
     * {@code O_CLOEXEC} and {@code O_RDWR}.
     *
     * @return the value
     */
    public int fdFlags() {
        return int32(FD_FLAGS);
    }

    /**
     * Sets {@link #fdFlags()}.
     *
     * @param value the value
     * @return this
     */
    public DmaHeapAllocation fdFlags(int value) {
        int32(FD_FLAGS, value);
        return this;
    }

    /**
     * 0: no flag is defined.
     *
     * @return the value
     */
    public long heapFlags() {
        return int64(HEAP_FLAGS);
    }

    /**
     * Sets {@link #heapFlags()}.
     *
     * @param value the value
     * @return this
     */
    public DmaHeapAllocation heapFlags(long value) {
        int64(HEAP_FLAGS, value);
        return this;
    }
}
