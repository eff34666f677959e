package sharebuf.platform.linux;

import java.util.Map;
import java.util.Optional;
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

/** A dma-heap, from one configuration {@code sharebuf.linux.heap~NAME}. Thread-safe. */
@Component(service = {}, name = "sharebuf.linux.heap", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"sharebuf.memory.MemoryRegion\"")
public final class HeapComponent {
    private final LinuxPlatform platform;
    private final HeapRegion region;
    private final ServiceRegistration<MemoryRegion> service;

    /** Opens the heap. */
    @Activate
    public HeapComponent(BundleContext context, @Reference LinuxPlatform platform, HeapConfig config, Map<String, Object> properties) throws CallFailed {
        this.platform = platform;
        Settings settings = new Settings(String.valueOf(properties.get("service.pid")));
        settings.check(!config.sharebuf_region().isEmpty(), "sharebuf.region", "", "the region's name");
        settings.check(config.path().startsWith("/"), "path", config.path(), "the node of a heap, such as /dev/dma_heap/system");
        settings.check(config.contiguous().matches("auto|true|false"), "contiguous", config.contiguous(), "auto, true or false");
        settings.seat(config.seat());
        Optional<Boolean> contiguous = config.contiguous().equals("auto") ? Optional.empty() : Optional.of(Boolean.parseBoolean(config.contiguous()));
        region = platform.addHeap(config.sharebuf_region(), config.path(), settings.size(config.size(), platform.libc().page()), contiguous,
                settings.recycle(config.recycle()));
        service = RegionService.register(context, region, config.seat(), settings.pid());
    }

    @Deactivate
    void deactivate() {
        RegionService.end(service);
        platform.removeRegion(region);
    }
}
