package sharebuf.buffer;

/** The DMA attributes that a request can carry; the kernel's {@code DMA_ATTR_*} and its ways to allocate. */
public enum DmaAttribute {
    /** CPU and devices see each other's writes without a sync ({@code dma_alloc_coherent}). */
    COHERENT,
    /** CPU access is cached and bracketed by begin and end ({@code dma_alloc_noncoherent}). */
    NON_COHERENT,
    /** The CPU may gather writes and does not cache ({@code DMA_ATTR_WRITE_COMBINE}). */
    WRITE_COMBINE,
    /** Physically contiguous whatever the devices say ({@code DMA_ATTR_FORCE_CONTIGUOUS}). */
    CONTIGUOUS,
    /** No CPU will look at it ({@code DMA_ATTR_NO_KERNEL_MAPPING}); CPU access is refused. */
    NO_KERNEL_MAPPING,
    /**
     * What it reads at first does not matter to its session: memory that this session gave back, and that nobody else had meanwhile, may
     * come as it was left instead of zeroed. Without it, and for every other session, new memory reads zero. Changes nothing else.
     */
    RECYCLED
}
