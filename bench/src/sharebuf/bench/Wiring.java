package sharebuf.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** Components of the product, configured for as long as a benchmark needs them. Confined to the creating thread. */
final class Wiring implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 10_000;

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private final List<Configuration> made = new ArrayList<>();
    private final List<ServiceTracker<?, ?>> open = new ArrayList<>();
    private final List<ServiceTracker<?, ?>> going = new ArrayList<>();

    Wiring(BundleContext context) throws WrongCall {
        this.context = context;
        admin = service(ConfigurationAdmin.class, "(objectClass=" + ConfigurationAdmin.class.getName() + ")", "the configuration admin");
    }

    void configure(String pid, Map<String, ?> keys) throws IOException {
        keep(admin.getConfiguration(pid, "?"), keys);
    }

    void configureFactory(String pid, String name, Map<String, ?> keys) throws IOException {
        keep(admin.getFactoryConfiguration(pid, name, "?"), keys);
    }

    private void keep(Configuration configuration, Map<String, ?> keys) throws IOException {
        made.add(configuration);
        configuration.update(new Hashtable<>(keys));
    }

    /** A service of a component that was configured here, as soon as it is there. */
    <T> T made(Class<T> type, String filter, String what) throws WrongCall {
        T service = service(type, filter, what);
        going.add(open.getLast());
        return service;
    }

    /** A service, as soon as it is there. */
    <T> T service(Class<T> type, String filter, String what) throws WrongCall {
        try {
            ServiceTracker<T, T> tracker = new ServiceTracker<>(context, context.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"), null);
            tracker.open();
            open.add(tracker);
            T service = tracker.waitForService(PATIENCE_MILLIS);
            if (service == null) {
                throw new WrongCall(what + " did not come up within " + PATIENCE_MILLIS / 1000 + " s");
            }
            return service;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WrongCall("interrupted while waiting for " + what);
        }
    }

    /** Ends the components, and waits for it: the next ones may have the same names. */
    @Override
    public void close() throws IOException {
        for (Configuration each : made.reversed()) {
            each.delete();
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (going.stream().anyMatch(t -> !t.isEmpty()) && System.nanoTime() < end) {
            LockSupport.parkNanos(this, 1_000_000);
        }
        open.forEach(ServiceTracker::close);
    }
}
