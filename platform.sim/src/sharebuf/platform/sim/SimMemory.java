package sharebuf.platform.sim;

import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Span;

/** A region over a span of simulated memory. */
sealed interface SimMemory extends MemoryRegion permits SimRegion, DriverRegion {
    /** What it was configured to be. */
    RegionSpec spec();

    /** The CPU addresses of an extent. */
    Span span(Extent extent);
}
