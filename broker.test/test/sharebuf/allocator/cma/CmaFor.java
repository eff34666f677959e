package sharebuf.allocator.cma;

import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;

/** Gives tests of other packages the contiguous pool without a component runtime. */
public final class CmaFor {
    private CmaFor() {
    }

    public static Allocator region(MemoryRegion region) {
        return new Pool(region);
    }
}
