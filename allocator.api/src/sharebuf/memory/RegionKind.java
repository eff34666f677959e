package sharebuf.memory;

/** Who chooses where an extent lies. */
public enum RegionKind {
    /** A policy does: simulated memory, a memfd pool, reserved memory. */
    PLACED,
    /** The kernel does: dma-heap, V4L2 MMAP, DRM dumb buffers. */
    GRANTED
}
