package sharebuf.app.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;

/**
 * Ends a command in order when the framework is about to stop in the middle of it (Ctrl-C): its plug-ins would be stopped before its own bundle
 * is, so the framework's own event is listened to, and held for up to 8 s until the command has closed this.
 *
 * <p>Thread-safe.
 */
public final class OrderlyEnd implements SynchronousBundleListener, AutoCloseable {
    private static final long STOP_SECONDS = 8;

    private final BundleContext context;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<Runnable> running = Optional.empty();

    /**
     * Begins to listen.
     *
     * @param context of this bundle
     */
    public OrderlyEnd(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
    }

    /**
     * Says what can be stopped from now on.
     *
     * @param stop asks it to end; called on the thread that stops the framework
     */
    public void stopping(Runnable stop) {
        running = Optional.of(stop);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Optional<Runnable> stop = running;
        if (event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID && event.getType() == BundleEvent.STOPPING && stop.isPresent()) {
            stop.get().run();
            try {
                ended.await(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        running = Optional.empty();
        context.removeBundleListener(this);
        ended.countDown();
    }
}
