package sharebuf.app.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import sharebuf.importer.Importer;
import sharebuf.sim.FrameSink;
import sharebuf.sim.FrameSource;

/**
 * Who feeds and watches simulated devices during a stream, as services.
 *
 * <p>Thread-safe. {@link #close} takes all of them back.
 */
final class Sinks implements AutoCloseable {
    private final BundleContext context;
    private final List<Books> books = new ArrayList<>();
    private final Map<String, ServiceRegistration<?>> registered = new ConcurrentHashMap<>();

    Sinks(BundleContext context) {
        this.context = context;
    }

    void source(String device, FrameSource source) {
        registered.put(device, context.registerService(FrameSource.class, source, of(device)));
    }

    /** A witness of what the simulated device reads. */
    Witness watch(String device, Witness witness) {
        add(witness);
        registered.put(device, context.registerService(FrameSink.class, witness, of(device)));
        return witness;
    }

    /** Who keeps books otherwise. */
    synchronized <T extends Books> T add(T more) {
        books.add(more);
        return more;
    }

    /** What it saw, or did not see, does not count. */
    synchronized void forget(Books gone) {
        books.remove(gone);
    }

    void unwatch(String device) {
        ServiceRegistration<?> registration = registered.remove(device);
        if (registration != null) {
            registration.unregister();
        }
    }

    synchronized Collection<Books> books() {
        return List.copyOf(books);
    }

    private static Hashtable<String, Object> of(String device) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Importer.DEVICE, device);
        return properties;
    }

    @Override
    public void close() {
        List.copyOf(registered.keySet()).forEach(this::unwatch);
    }
}
