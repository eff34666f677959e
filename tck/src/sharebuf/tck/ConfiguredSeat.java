package sharebuf.tck;

import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.cm.Configuration;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Makes plug-ins of one kind as {@code deploy} does: a factory configuration with the name of the seat and the targets of references, and then the
 * service with that {@code service.pid}.
 *
 * <p>Confined to one thread at a time.
 *
 * @param <T> the service
 */
final class ConfiguredSeat<T> {
    private static final long PATIENCE_MILLIS = 5000;
    private static final long STEP_MILLIS = 100;

    private final Host host;
    private final Class<T> service;
    private final String key;
    private final String pid;
    private final Map<T, Opened<T>> open = new IdentityHashMap<>();

    private record Opened<T>(Configuration configuration, ServiceTracker<T, T> tracker) {
        void close() {
            tracker.close();
            try {
                configuration.delete();
            } catch (IOException e) {
                throw new CaseFailed("cannot delete the configuration " + configuration.getPid(), e);
            }
        }
    }

    /**
     * Makes nothing yet.
     *
     * @param service what a plug-in of the kind is
     * @param key the property with the name of the seat
     * @param pid the factory PID
     */
    ConfiguredSeat(Host host, Class<T> service, String key, String pid) {
        this.host = host;
        this.service = service;
        this.key = key;
        this.pid = pid;
    }

    /**
     * One more.
     *
     * @param seat its name
     * @param targets filters by name of the reference
     */
    T open(String seat, Map<String, String> targets) throws Exception {
        Configuration configuration = host.configurations().createFactoryConfiguration(pid, "?");
        ServiceTracker<T, T> tracker = new ServiceTracker<>(host.context(), host.context().createFilter("(&(" + Constants.OBJECTCLASS + "=" + service.getName() + ")("
                + Constants.SERVICE_PID + "=" + configuration.getPid() + "))"), null);
        Opened<T> opened = new Opened<>(configuration, tracker);
        tracker.open();
        boolean good = false;
        try {
            Dictionary<String, Object> keys = new Hashtable<>();
            keys.put(key, seat);
            targets.forEach((reference, filter) -> keys.put(reference + ".target", filter));
            configuration.update(keys);
            long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
            T made = tracker.waitForService(STEP_MILLIS);
            while (made == null && System.nanoTime() < end && !Components.hasFailed(host, configuration.getPid())) {
                made = tracker.waitForService(STEP_MILLIS);
            }
            if (made == null) {
                throw new CaseFailed("with a configuration of " + pid + " for " + key + "=" + seat + " no " + service.getSimpleName() + " service came within " + PATIENCE_MILLIS + " ms: "
                        + Components.reason(host.components(), host.bundle(), pid));
            }
            if (tracker.getServiceReference().getBundle() != host.bundle() || !seat.equals(tracker.getServiceReference().getProperty(key))) {
                throw new CaseFailed("the " + service.getSimpleName() + " service of " + configuration.getPid() + " has " + key + "=" + tracker.getServiceReference().getProperty(key)
                        + " and bundle " + tracker.getServiceReference().getBundle() + ", needed " + seat);
            }
            open.put(made, opened);
            good = true;
            return made;
        } finally {
            if (!good) {
                opened.close();
            }
        }
    }

    /** The {@code service.pid} of one. */
    String pid(T made) {
        return open.get(made).configuration().getPid();
    }

    void close(T made) {
        Opened<T> opened = open.remove(made);
        if (opened != null) {
            opened.close();
        }
    }
}
