package sharebuf.allocator.granted;

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
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/**
 * The component: wires {@link Grants} to a region. Its service property {@code sharebuf.region} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = GrantedAllocator.PID)
@Component(name = GrantedAllocator.PID, configurationPid = GrantedAllocator.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class GrantedAllocator implements Allocator {
    static final String PID = "sharebuf.allocator.granted";

    private final Grants grants;

    /**
     * Serves a region.
     *
     * @param region the region
     */
    @Activate
    public GrantedAllocator(@Reference(name = "region") MemoryRegion region) {
        grants = new Grants(region);
    }

    @Override
    public void adopt(Live live) {
        grants.adopt(live);
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return grants.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return grants.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        grants.released(extent.size());
    }
}
