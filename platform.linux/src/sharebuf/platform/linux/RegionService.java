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
}
