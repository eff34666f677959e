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
import sharebuf.memory.MemoryRegion;

/** Memory that a driver makes, from one configuration {@code sharebuf.linux.driver~NAME}. Thread-safe. */
@Component(service = {}, name = "sharebuf.linux.driver", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"sharebuf.memory.MemoryRegion\"")
public final class DriverComponent {
    private final LinuxPlatform platform;
    private final DriverRegion region;
    private final ServiceRegistration<MemoryRegion> service;

    /** Makes the region, without memory. */
    @Activate
    public DriverComponent(BundleContext context, @Reference LinuxPlatform platform, DriverConfig config, Map<String, Object> properties) {
        this.platform = platform;
        Settings settings = new Settings(String.valueOf(properties.get("service.pid")));
        settings.check(!config.sharebuf_region().isEmpty(), "sharebuf.region", "", "the region's name");
        settings.seat(config.seat());
        region = platform.addDriver(config.sharebuf_region(), config.sharebuf_device(), settings.size(config.size(), platform.libc().page()), config.contiguous());
        service = RegionService.register(context, region, config.seat(), settings.pid());
    }

    @Deactivate
    void deactivate() {
        RegionService.end(service);
        platform.removeRegion(region);
    }
}
