package sharebuf.tck;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import sharebuf.memory.MemoryRegion;

/** Services of the kit that are there as long as a plug-in uses them. Confined to one thread at a time. */
final class SharedServices {
    private static final String DECOY = HiddenSeats.PREFIX + "decoy";
    private static final long DECOY_BASE = 1L << 40;
    private static final long DECOY_GRANULE = 1 << 16;

    private final Map<Object, Users> shared = new IdentityHashMap<>();

    private static final class Users {
        private final List<ServiceRegistration<?>> services;
        private int count;

        private Users(List<ServiceRegistration<?>> services) {
            this.services = services;
        }
    }

    /**
     * One more user.
     *
     * @param key whose services they are, by identity
     * @param services registers them, for the first user
     */
    void use(Object key, Supplier<List<ServiceRegistration<?>>> services) {
        shared.computeIfAbsent(key, k -> new Users(services.get())).count++;
    }

    /** One less; after the last they go. */
    void leave(Object key) {
        Users users = shared.get(key);
        if (--users.count == 0) {
            shared.remove(key);
            users.services.forEach(ServiceRegistration::unregister);
        }
    }

    /** A region and, before it, a decoy of higher ranking: a component whose reference is not the targeted one gets that. */
    static List<ServiceRegistration<?>> region(BundleContext context, MemoryRegion region) {
        Dictionary<String, Object> preferred = preferred(MemoryRegion.REGION, DECOY);
        TestRegion decoy = new TestRegion(DECOY, DECOY_BASE, 2 * DECOY_GRANULE, DECOY_GRANULE);
        return List.of(context.registerService(MemoryRegion.class, decoy, preferred), context.registerService(MemoryRegion.class, region, properties(MemoryRegion.REGION, region.id().name())));
    }

    /** Service properties with the highest ranking. */
    static Dictionary<String, Object> preferred(String key, Object value) {
        Dictionary<String, Object> properties = properties(key, value);
        properties.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
        return properties;
    }

    static Dictionary<String, Object> properties(String key, Object value) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(key, value);
        return properties;
    }
}
