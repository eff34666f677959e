package sharebuf.tck;

import java.util.Optional;
import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;

/** Makes allocators of memory that a driver makes, or the kernel grants. Called from one thread. */
public interface GrantedSubject {
    /**
     * The driver that they drive.
     *
     * @return a new one, at which nothing is open: {@link DumbCard}, {@link MmapVideo} or one's own; empty when the kernel grants the memory
     */
    Optional<TestDriver> driver();

    /**
     * Makes one that serves a region; the kit makes its first call, {@code adopt}.
     *
     * @param region a granted region
     * @param driver of {@link #driver}, whose node is driven
     * @return a new instance
     * @throws Exception when there is none: the case fails
     */
    Allocator open(MemoryRegion region, Optional<TestDriver> driver) throws Exception;

    /**
     * One is no longer used.
     *
     * @param allocator of {@link #open}
     */
    default void close(Allocator allocator) {
    }
}
