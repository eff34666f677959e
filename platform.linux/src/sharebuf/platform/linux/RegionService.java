package sharebuf.platform.linux;

import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import sharebuf.memory.MemoryRegion;

/** A region in the service registry. */
final class RegionService {
    private RegionService() {
    }

    static ServiceRegistration<MemoryRegion> register(BundleContext context, LinuxRegion region, String seat, String pid) {
        return context.registerService(MemoryRegion.class, region,
                new Hashtable<>(Map.of(MemoryRegion.REGION, region.id().name(), "sharebuf.seat", seat, "service.pid", pid)));
    }

    /** Unregisters a service, unless the framework did: it does while the bundle stops, on another thread perhaps. */
    static void end(ServiceRegistration<?> service) {
        try {
            service.unregister();
        } catch (IllegalStateException e) {
            return; // gone, which is what is wanted
        }
    }
}
