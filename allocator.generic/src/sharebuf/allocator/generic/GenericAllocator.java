package sharebuf.allocator.generic;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/**
 * The component: wires {@link PageAllocator} to a region. Its service property {@code sharebuf.region} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = GenericAllocator.PID)
@Component(name = GenericAllocator.PID, configurationPid = GenericAllocator.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class GenericAllocator implements Allocator {
    static final String PID = "sharebuf.allocator.generic";

    private final PageAllocator pages;

    /** The keys of the configuration; {@code sharebuf.region} and {@code region.target} are read by the component runtime. */
    @interface Config {
        /** The largest block is 2^maxOrder granules: 0 to 20. */
        int maxOrder() default PageAllocator.MAX_ORDER;
    }

    /**
     * Serves a region.
     *
     * @param region the region
     * @param config the configuration
     */
    @Activate
    public GenericAllocator(@Reference(name = "region") MemoryRegion region, Config config) {
        pages = new PageAllocator(region, config.maxOrder());
    }

    @Override
    public void adopt(Live live) {
        pages.adopt(live);
    }

    @Override
    public boolean catchUp(Changes changes) {
        return pages.catchUp(changes);
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return pages.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return pages.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        pages.released(extent);
    }
}
