package sharebuf.app.run;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Watches whether the class loaders of all bundles that come, those of replaced ones among them, can be collected once the board is down.
 *
 * <p>Thread-safe.
 */
public final class Loaders implements SynchronousBundleListener {
    private static final long MOST_NANOS = 15_000_000_000L;
    private static final long ROUND_MILLIS = 100;
    /** Numbers in an array that no heap below 16 GiB can hold. */
    private static final int TOO_LARGE = Integer.MAX_VALUE - 8;

    /** A class loader and whose it is. */
    private static final class Watched extends WeakReference<ClassLoader> {
        private final String bundle;

        private Watched(ClassLoader loader, ReferenceQueue<ClassLoader> queue, String bundle) {
            super(loader, queue);
            this.bundle = bundle;
        }
    }

    private final BundleContext context;
    private final List<Watched> watched = Collections.synchronizedList(new ArrayList<>());
    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

    /**
     * Watches those of bundles that start from now on.
     *
     * @param context of this bundle
     */
    public Loaders(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        BundleWiring wiring = event.getType() == BundleEvent.STARTED ? event.getBundle().adapt(BundleWiring.class) : null;
        if (wiring != null && wiring.getClassLoader() != null) {
            watched.add(new Watched(wiring.getClassLoader(), collected, event.getBundle().getSymbolicName() + " " + event.getBundle().getVersion()));
        }
    }

    /**
     * Ends watching.
     *
     * @return how many are still held, after the collector had a few chances
     */
    public long left() {
        context.removeBundleListener(this);
        long begin = System.nanoTime();
        boolean dropped = false;
        try {
            while (count() > 0 && System.nanoTime() - begin < MOST_NANOS) {
                System.gc();
                leaveTime();
                if (!dropped && System.nanoTime() - begin > MOST_NANOS / 2) {
                    dropped = true;
                    dropSoftReferences();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return count();
    }

    /**
     * Lets others work between two collections, however much the last one took: threads of the framework may still be on their way out of the last call, and
     * a compiler holds the classes of what it compiles, among them those of the first two versions that a call met. Collections without a break would
     * keep it from its end.
     */
    private void leaveTime() throws InterruptedException {
        long end = System.nanoTime() + ROUND_MILLIS * 1_000_000;
        for (long left = ROUND_MILLIS; left > 0 && count() > 0; left = (end - System.nanoTime()) / 1_000_000) {
            collected.remove(left);
        }
    }

    /**
     * What only soft references hold is no leak, and the JDK has such: the method handles behind {@code equals} of records keep their last type. The virtual
     * machine has dropped all of them before it says that there is no memory for an array that is larger than its heap.
     */
    private static void dropSoftReferences() {
        if (Runtime.getRuntime().maxMemory() < TOO_LARGE * (long) Long.BYTES) {
            try {
                long[] never = new long[TOO_LARGE];
                throw new IllegalStateException(never.length + " numbers in a heap of " + Runtime.getRuntime().maxMemory() + " bytes");
            } catch (OutOfMemoryError e) {
                System.gc();
            }
        }
    }

    /**
     * Whose are held at this moment.
     *
     * @return names and versions of bundles, sorted
     */
    public List<String> held() {
        synchronized (watched) {
            return watched.stream().filter(w -> w.get() != null).map(w -> w.bundle).distinct().sorted().toList();
        }
    }

    private long count() {
        synchronized (watched) {
            return watched.stream().map(WeakReference::get).filter(Objects::nonNull).distinct().count();
        }
    }
}
