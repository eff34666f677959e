package sharebuf.exporter.v4l2;

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
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/**
 * The component: an allocator in the seat of a driver's region, over the node of that driver's device. Its service property
 * {@code sharebuf.region} is that of its configuration; {@code node.target} selects the region's device.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = V4l2Exporter.PID)
@Component(name = V4l2Exporter.PID, configurationPid = V4l2Exporter.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class V4l2Exporter implements Allocator {
    static final String PID = "sharebuf.exporter.v4l2";

    private final MmapBuffers buffers;

    /**
     * Serves a region.
     *
     * @param region the region
     * @param node the device
     * @param config the configuration
     * @throws DeviceException when the node does not answer as a video device with that queue does
     */
    @Activate
    public V4l2Exporter(@Reference(name = "region") MemoryRegion region,
            @Reference(name = "node", target = "(sharebuf.device=node.target is not configured)") DeviceNode node, Config config) throws DeviceException {
        buffers = new MmapBuffers(region, node, QueueType.of(node, config.queue()));
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
