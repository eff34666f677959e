package sharebuf.exporter.drm;

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
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/**
 * The component: an allocator in the seat of a driver's region, over the node of that driver's card. Its service property
 * {@code sharebuf.region} is that of its configuration; {@code node.target} selects the region's device.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = DrmExporter.PID)
@Component(name = DrmExporter.PID, configurationPid = DrmExporter.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DrmExporter implements Allocator {
    static final String PID = "sharebuf.exporter.drm";

    private final DumbBuffers buffers;

    /**
     * Serves a region.
     *
     * @param region the region
     * @param node the card
     */
    @Activate
    public DrmExporter(@Reference(name = "region") MemoryRegion region,
            @Reference(name = "node", target = "(sharebuf.device=node.target is not configured)") DeviceNode node) {
        buffers = new DumbBuffers(region, node);
    }

    @Override
    public void adopt(Live live) {
        buffers.adopt(live);
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return buffers.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return buffers.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        buffers.released(extent.size());
    }
}
