package sharebuf.platform.sim;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
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
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.Quantity;

/**
 * A region, from one configuration {@code sharebuf.sim.region~NAME}. Its service is registered by hand, since there is none for size 0.
 * Thread-safe.
 */
@Component(service = {}, name = "sharebuf.sim.region", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"sharebuf.memory.MemoryRegion\"")
public final class RegionComponent {
    /** Service property: whether the board is up only when somebody serves the region. */
    private static final String SEAT = "sharebuf.seat";

    private final Soc soc;
    private final Optional<SimRegion> region;
    private final Optional<ServiceRegistration<MemoryRegion>> service;

    /** Adds the region; tried again when a range of memory arrives. */
    @Activate
    public RegionComponent(BundleContext context, @Reference Soc soc, RegionConfig config, Map<String, Object> properties,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<DramRange> ranges) {
        this.soc = soc;
        String pid = String.valueOf(properties.get("service.pid"));
        if (isNothing(config.size())) {
            region = Optional.empty();
            service = Optional.empty();
            return;
        }
        SimRegion made = soc.addRegion(RegionSpec.parse(pid, config));
        region = Optional.of(made);
        Dictionary<String, Object> all = new Hashtable<>(Map.of(MemoryRegion.REGION, config.sharebuf_region(), SEAT, config.seat(),
                "service.pid", pid));
        service = Optional.of(context.registerService(MemoryRegion.class, made, all));
    }

    private static boolean isNothing(String size) {
        try {
            return Quantity.parse(size) == 0;
        } catch (IllegalArgumentException _) {
            return false; // is told with PID and key when the whole is read
        }
    }

    @Deactivate
    void deactivate() {
        service.ifPresent(ServiceRegistration::unregister);
        region.ifPresent(soc::removeRegion);
    }
}
