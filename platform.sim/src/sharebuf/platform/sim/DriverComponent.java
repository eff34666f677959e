package sharebuf.platform.sim;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import sharebuf.memory.MemoryRegion;

/** A driver's own memory, from one configuration {@code sharebuf.sim.driver~NAME}. Thread-safe. */
@Component(service = {}, name = "sharebuf.sim.driver", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"sharebuf.memory.MemoryRegion\"")
public final class DriverComponent {
    private final Soc soc;
    private final DriverRegion region;
    private final ServiceRegistration<MemoryRegion> service;

    /** Adds the memory; tried again when a range of memory arrives. */
    @Activate
    public DriverComponent(BundleContext context, @Reference Soc soc, DriverConfig config, Map<String, Object> properties,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<DramRange> ranges) {
        this.soc = soc;
        String pid = String.valueOf(properties.get("service.pid"));
        RegionSpec spec = RegionSpec.parse(pid, config);
        if (config.sharebuf_device().isEmpty()) {
            throw RegionSpec.wrong(pid, "sharebuf.device", "", "the device whose driver has this memory");
        }
        region = soc.addDriverRegion(spec, config.sharebuf_device(), config.contiguous());
        service = context.registerService(MemoryRegion.class, region,
                new Hashtable<>(Map.of(MemoryRegion.REGION, spec.name(), "sharebuf.seat", config.seat(), "service.pid", pid)));
    }

    @Deactivate
    void deactivate() {
        service.unregister();
        soc.removeRegion(region);
    }
}
