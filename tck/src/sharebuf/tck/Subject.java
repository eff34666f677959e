package sharebuf.tck;

import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;

/** Makes allocators to be tested. Called from one thread. */
public interface Subject {
    /**
     * Makes an allocator that serves a region; the kit makes its first call, {@code adopt}.
     *
     * @param region the region
     * @return a new instance
     * @throws Exception when there is none: the case fails
     */
    Allocator open(MemoryRegion region) throws Exception;

    /**
     * An allocator is no longer used.
     *
     * @param allocator of {@link #open}
     */
    default void close(Allocator allocator) {
    }
}
