package sharebuf.allocator.carveout;

import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;
import sharebuf.placing.RegionOption;

/** Gives tests of other packages the carveout's allocator without a component runtime. */
public final class CarveoutFor {
    private CarveoutFor() {
    }

    public static Allocator region(MemoryRegion region) {
        return new Carveout(region, false, RegionOption.NONE);
    }
}
