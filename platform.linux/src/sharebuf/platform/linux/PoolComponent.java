package sharebuf.platform.linux;

import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import sharebuf.linux.CallFailed;
import sharebuf.memory.MemoryRegion;

/** A pool, from one configuration {@code sharebuf.linux.pool~NAME}. Thread-safe. */
@Component(service = {}, name = "sharebuf.linux.pool", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"sharebuf.memory.MemoryRegion\"")
public final class PoolComponent {
    private final LinuxPlatform platform;
    private final PoolRegion region;
    private final ServiceRegistration<MemoryRegion> service;

    /** Makes the pool. */
    @Activate
    public PoolComponent(BundleContext context, @Reference LinuxPlatform platform, PoolConfig config, Map<String, Object> properties) throws CallFailed {
        this.platform = platform;
        Settings settings = new Settings(String.valueOf(properties.get("service.pid")));
        settings.check(!config.sharebuf_region().isEmpty(), "sharebuf.region", "", "the region's name");
        settings.seat(config.seat());
        settings.check(config.lend().matches("dma-buf|memfd"), "lend", config.lend(), "dma-buf or memfd");
        region = platform.addPool(config.sharebuf_region(), settings.size(config.size(), platform.libc().page()), config.lend().equals("memfd"),
                settings.recycle(config.recycle()));
        service = RegionService.register(context, region, config.seat(), settings.pid());
    }

    @Deactivate
    void deactivate() {
        RegionService.end(service);
        platform.removeRegion(region);
    }
}
