package sharebuf.app.tour.guest;

import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.LettingGo;
import sharebuf.device.SegmentLimits;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.node.DeviceNode;

/** Brings a device that sees bus 0 to 256 MiB as CPU 0x20000000 and wants its buffers on a multiple of 1 MiB, in one piece. */
public final class GuestActivator implements BundleActivator {
    /** Name of the device. */
    static final String DEVICE = "isp";

    /** Called by the framework. */
    public GuestActivator() {
    }

    @Override
    public void start(BundleContext context) {
        DmaConstraints dma = DmaConstraints.builder().range(new DmaRange(0, 0x2000_0000L, 256L << 20)).align(1 << 20).segments(SegmentLimits.CONTIGUOUS).build();
        Use use = new Use(new UseId(DEVICE, DEVICE), Access.READ, dma, List.of(), true, LettingGo.BETWEEN_JOBS, 0);
        GuestDevice device = new GuestDevice(new Device(DEVICE, List.of("example,isp"), DEVICE, dma), List.of(use));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Importer.DEVICE, DEVICE);
        properties.put(DmaMapOps.ADDRESS_SPACE, DEVICE);
        properties.put(Constants.SERVICE_PID, "example.isp");
        context.registerService(new String[] {DeviceNode.class.getName(), DmaMapOps.class.getName(), Importer.class.getName()}, device, properties);
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
