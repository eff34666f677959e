package sharebuf.app.run;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Watches whether the class loaders of a board's bundles can be collected once the board is down.
 *
 * <p>Confined to one thread.
 */
final class Loaders {
    private static final int ROUNDS = 40;
    private static final long ROUND_MILLIS = 50;

    private final BundleContext context;
    private final Set<Long> before = new HashSet<>();
    private final List<WeakReference<ClassLoader>> watched = new ArrayList<>();
    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

    /** Remembers the bundles that were there before the board came up. */
    Loaders(BundleContext context) {
        this.context = context;
        for (Bundle bundle : context.getBundles()) {
            before.add(bundle.getBundleId());
        }
    }

    /** Watches the loaders of those that have come. */
    void watch() {
        for (Bundle bundle : context.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (!before.contains(bundle.getBundleId()) && wiring != null && wiring.getClassLoader() != null) {
                watched.add(new WeakReference<>(wiring.getClassLoader(), collected));
            }
        }
    }

    /** How many are still held, after the collector had a few chances. */
    long left() {
        try {
            for (int i = 0; i < ROUNDS && count() > 0; i++) {
                System.gc();
                // Threads of the framework may still be on their way out of the last call; each round gives them a moment.
                collected.remove(ROUND_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return count();
    }

    private long count() {
        return watched.stream().filter(w -> w.get() != null).count();
    }
}
