package sharebuf.itest.swap;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** A bundle's class loader, watched without being held. */
final class Loader {
    private static final int ROUNDS = 100;
    private static final long ROUND_MILLIS = 50;

    private final ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
    private final WeakReference<ClassLoader> loader;

    private Loader(ClassLoader loader) {
        this.loader = new WeakReference<>(loader, queue);
    }

    static Loader of(Bundle bundle) {
        return new Loader(bundle.adapt(BundleWiring.class).getClassLoader());
    }

    /** Whether the collector takes it, after a few chances. */
    boolean isCollected() throws InterruptedException {
        for (int i = 0; i < ROUNDS && loader.get() != null; i++) {
            System.gc();
            // Threads of the framework may still be on their way out of their last call; the wait ends as soon as the loader is gone.
            queue.remove(ROUND_MILLIS);
        }
        return loader.get() == null;
    }
}
