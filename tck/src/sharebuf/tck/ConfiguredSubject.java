package sharebuf.tck;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.util.tracker.ServiceTracker;
import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;

/**
 * Makes allocators as {@code deploy} does: a region's service, a factory configuration with the seat's name and the reference's
 * target, and then the allocator's service with that {@code service.pid}. Beside each region stands a decoy of higher ranking, which
 * an allocator gets whose reference is not the targeted one.
 *
 * <p>Confined to one thread at a time.
 */
final class ConfiguredSubject implements Subject {
    private static final long PATIENCE_MILLIS = 5000;
    private static final String DECOY = HiddenSeats.PREFIX + "decoy";
    private static final long DECOY_BASE = 1L << 40;
    private static final long DECOY_GRANULE = 1 << 16;

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final ServiceComponentRuntime components;
    private final Bundle bundle;
    private final String pid;
    private final Map<Allocator, Opened> open = new IdentityHashMap<>();
    private final Map<MemoryRegion, Shared> regions = new IdentityHashMap<>();

    private record Opened(MemoryRegion region, Configuration configuration, ServiceTracker<Allocator, Allocator> tracker) {
    }

    /** A region's service, its decoy, and how many allocators serve it. */
    private static final class Shared {
        private final ServiceRegistration<MemoryRegion> decoy;
        private final ServiceRegistration<MemoryRegion> registration;
        private int users;

        Shared(BundleContext context, MemoryRegion region) {
            Dictionary<String, Object> preferred = properties(MemoryRegion.REGION, DECOY);
            preferred.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
            decoy = context.registerService(MemoryRegion.class, new TestRegion(DECOY, DECOY_BASE, 2 * DECOY_GRANULE, DECOY_GRANULE), preferred);
            registration = context.registerService(MemoryRegion.class, region, properties(MemoryRegion.REGION, region.id().name()));
        }

        void unregister() {
            registration.unregister();
            decoy.unregister();
        }
    }

    ConfiguredSubject(BundleContext context, ConfigurationAdmin configurations, ServiceComponentRuntime components, Bundle bundle, String pid) {
        this.context = context;
        this.configurations = configurations;
        this.components = components;
        this.bundle = bundle;
        this.pid = pid;
    }

    @Override
    public Allocator open(MemoryRegion region) throws Exception {
        String name = region.id().name();
        regions.computeIfAbsent(region, r -> new Shared(context, r)).users++;
        Configuration configuration = configurations.createFactoryConfiguration(pid, "?");
        ServiceTracker<Allocator, Allocator> tracker = new ServiceTracker<>(context, context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + Allocator.class.getName() + ")("
                + Constants.SERVICE_PID + "=" + configuration.getPid() + "))"), null);
        tracker.open();
        boolean good = false;
        try {
            Dictionary<String, Object> keys = properties(MemoryRegion.REGION, name);
            keys.put("region.target", "(" + MemoryRegion.REGION + "=" + name + ")");
            configuration.update(keys);
            Allocator allocator = tracker.waitForService(PATIENCE_MILLIS);
            if (allocator == null) {
                throw new CaseFailed("with a configuration of " + pid + " for region " + name + " no Allocator service came within " + PATIENCE_MILLIS + " ms: " + Components.reason(components, bundle, pid));
            }
            if (tracker.getServiceReference().getBundle() != bundle || !name.equals(tracker.getServiceReference().getProperty(MemoryRegion.REGION))) {
                throw new CaseFailed("the Allocator service of " + configuration.getPid() + " has " + MemoryRegion.REGION + "="
                        + tracker.getServiceReference().getProperty(MemoryRegion.REGION) + " and bundle " + tracker.getServiceReference().getBundle() + ", needed " + name);
            }
            requireBound(configuration.getPid(), name);
            open.put(allocator, new Opened(region, configuration, tracker));
            good = true;
            return allocator;
        } finally {
            if (!good) {
                close(new Opened(region, configuration, tracker));
            }
        }
    }

    @Override
    public void close(Allocator allocator) {
        Opened opened = open.remove(allocator);
        if (opened != null) {
            close(opened);
        }
    }

    private void close(Opened opened) {
        opened.tracker().close();
        try {
            opened.configuration().delete();
        } catch (java.io.IOException e) {
            throw new CaseFailed("cannot delete the configuration " + opened.configuration().getPid(), e);
        }
        Shared shared = regions.get(opened.region());
        if (--shared.users == 0) {
            regions.remove(opened.region());
            shared.unregister();
        }
    }

    /** Sees that the component got the region of its seat, not just any region. */
    private void requireBound(String configurationPid, String region) {
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO each : components.getComponentConfigurationDTOs(component)) {
                if (configurationPid.equals(each.properties.get(Constants.SERVICE_PID))) {
                    BoundRegions.of(each).wrong(region).ifPresent(why -> {
                        throw new CaseFailed(why);
                    });
                }
            }
        }
    }

    private static Dictionary<String, Object> properties(String key, Object value) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(key, value);
        return properties;
    }
}
