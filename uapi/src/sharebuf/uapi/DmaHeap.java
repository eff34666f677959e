package sharebuf.uapi;

/** Numbers of {@code linux/dma-heap.h}. */
public final class DmaHeap {
    /** Allocates: {@link DmaHeapAllocation}. */
    public static final long DMA_HEAP_IOCTL_ALLOC = 0xc018_4800L;

    private DmaHeap() {
    }
}
