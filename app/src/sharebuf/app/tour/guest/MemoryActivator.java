package sharebuf.app.tour.guest;

import java.util.Hashtable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;

/** Serves the region of the name {@value #REGION}, and does nothing else. */
public final class MemoryActivator implements BundleActivator {
    private static final String REGION = "spare";

    /** Called by the framework. */
    public MemoryActivator() {
    }

    @Override
    public void start(BundleContext context) throws Exception {
        MemoryRegion region = context.getServiceReferences(MemoryRegion.class, "(" + MemoryRegion.REGION + "=" + REGION + ")").stream().findFirst().map(context::getService)
                .orElseThrow(() -> new IllegalStateException("there is no region " + REGION));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(MemoryRegion.REGION, REGION);
        properties.put(Constants.SERVICE_PID, "example.memory");
        context.registerService(Allocator.class, new GuestMemory(region), properties);
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
