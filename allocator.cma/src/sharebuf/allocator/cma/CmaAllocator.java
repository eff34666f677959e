package sharebuf.allocator.cma;

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
 * The component: wires {@link Pool} to a region. Its service property {@code sharebuf.region} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = CmaAllocator.PID)
@Component(name = CmaAllocator.PID, configurationPid = CmaAllocator.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CmaAllocator implements Allocator {
    static final String PID = "sharebuf.allocator.cma";

    private final Pool pool;

    /**
     * Serves a region.
     *
     * @param region the region
     */
    @Activate
    public CmaAllocator(@Reference(name = "region") MemoryRegion region) {
        pool = new Pool(region);
    }

    @Override
    public void adopt(Live live) {
        pool.adopt(live);
    }

    @Override
    public boolean catchUp(Changes changes) {
        return pool.catchUp(changes);
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return pool.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return pool.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        pool.released(extent);
    }
}
