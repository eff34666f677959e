package sharebuf.allocator.generic;

import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;

/** Gives tests of other packages the page allocator without a component runtime. */
public final class GenericFor {
    private GenericFor() {
    }

    public static Allocator region(MemoryRegion region) {
        return new PageAllocator(region, PageAllocator.MAX_ORDER);
    }
}
