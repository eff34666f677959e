package sharebuf.tck;

import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.util.tracker.ServiceTracker;
import sharebuf.mapping.DmaMapOps;

/**
 * Makes dma_map_ops as {@code deploy} does: a factory configuration with the name of the address space, and then the service with that
 * {@code service.pid}.
 *
 * <p>Confined to one thread at a time.
 */
final class ConfiguredMapOps implements MapOpsSubject {
    private static final long PATIENCE_MILLIS = 5000;

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final ServiceComponentRuntime components;
    private final Bundle bundle;
    private final String pid;
    private final Map<DmaMapOps, Opened> open = new IdentityHashMap<>();

    private record Opened(Configuration configuration, ServiceTracker<DmaMapOps, DmaMapOps> tracker) {
        void close() {
            tracker.close();
            try {
                configuration.delete();
            } catch (IOException e) {
                throw new CaseFailed("cannot delete the configuration " + configuration.getPid(), e);
            }
        }
    }

    ConfiguredMapOps(BundleContext context, ConfigurationAdmin configurations, ServiceComponentRuntime components, Bundle bundle, String pid) {
        this.context = context;
        this.configurations = configurations;
        this.components = components;
        this.bundle = bundle;
        this.pid = pid;
    }

    @Override
    public DmaMapOps open(String addressSpace) throws Exception {
        Configuration configuration = configurations.createFactoryConfiguration(pid, "?");
        ServiceTracker<DmaMapOps, DmaMapOps> tracker = new ServiceTracker<>(context, context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + DmaMapOps.class.getName() + ")("
                + Constants.SERVICE_PID + "=" + configuration.getPid() + "))"), null);
        Opened opened = new Opened(configuration, tracker);
        tracker.open();
        boolean good = false;
        try {
            Dictionary<String, Object> keys = new Hashtable<>();
            keys.put(DmaMapOps.ADDRESS_SPACE, addressSpace);
            configuration.update(keys);
            DmaMapOps mapOps = tracker.waitForService(PATIENCE_MILLIS);
            if (mapOps == null) {
                throw new CaseFailed("with a configuration of " + pid + " for address space " + addressSpace + " no DmaMapOps service came within " + PATIENCE_MILLIS + " ms: "
                        + Components.reason(components, bundle, pid));
            }
            if (tracker.getServiceReference().getBundle() != bundle || !addressSpace.equals(tracker.getServiceReference().getProperty(DmaMapOps.ADDRESS_SPACE))) {
                throw new CaseFailed("the DmaMapOps service of " + configuration.getPid() + " has " + DmaMapOps.ADDRESS_SPACE + "="
                        + tracker.getServiceReference().getProperty(DmaMapOps.ADDRESS_SPACE) + " and bundle " + tracker.getServiceReference().getBundle() + ", needed " + addressSpace);
            }
            open.put(mapOps, opened);
            good = true;
            return mapOps;
        } finally {
            if (!good) {
                opened.close();
            }
        }
    }

    @Override
    public void close(DmaMapOps mapOps) {
        Opened opened = open.remove(mapOps);
        if (opened != null) {
            opened.close();
        }
    }
}
