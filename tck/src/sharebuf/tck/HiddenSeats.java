package sharebuf.tck;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook;
import sharebuf.exporter.Exporter;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryRegion;

/**
 * Hides the kit's regions, address spaces and devices, and the plug-ins that serve them, from everybody but the kit and the plug-in: else the broker would open a
 * seat for each and call the plug-in between the cases' calls.
 *
 * <p>Thread-safe.
 */
final class HiddenSeats implements FindHook, EventListenerHook, AutoCloseable {
    /** The kit's regions, address spaces, exporters and devices begin with this. */
    static final String PREFIX = "tck-";
    private static final List<String> KEYS = List.of(MemoryRegion.REGION, DmaMapOps.ADDRESS_SPACE, Exporter.EXPORTER, Importer.DEVICE);

    private final Bundle kit;
    private final Bundle plugin;
    private final List<ServiceRegistration<?>> registrations;

    HiddenSeats(BundleContext context, Bundle plugin) {
        this.kit = context.getBundle();
        this.plugin = plugin;
        registrations = List.of(context.registerService(FindHook.class, this, null), context.registerService(EventListenerHook.class, this, null));
    }

    @Override
    public void find(BundleContext context, String name, String filter, boolean allServices, Collection<ServiceReference<?>> references) {
        if (!sees(context)) {
            references.removeIf(HiddenSeats::isHidden);
        }
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerHook.ListenerInfo>> listeners) {
        if (isHidden(event.getServiceReference())) {
            listeners.keySet().removeIf(context -> !sees(context));
        }
    }

    private static boolean isHidden(ServiceReference<?> reference) {
        return KEYS.stream().anyMatch(key -> reference.getProperty(key) instanceof String seat && seat.startsWith(PREFIX));
    }

    private boolean sees(BundleContext context) {
        Bundle bundle = context.getBundle();
        return bundle == kit || bundle == plugin || bundle.getBundleId() == 0;
    }

    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
