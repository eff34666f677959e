package sharebuf.app.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Deployer.Change;

/**
 * Starts again what a fault stopped, at once and beside the step that ran into it: a camera waits for its plug-in no longer than the grace time. What the
 * script stopped stays stopped.
 *
 * <p>Thread-safe; a thread of its own starts bundles.
 */
final class Nurse implements SynchronousBundleListener, AutoCloseable {
    /** What a plug-in is asked while it takes a seat. */
    private static final List<String> SITTING = List.of("adopt", "uses");
    private static final long END_SECONDS = 30;

    private final BundleContext context;
    private final Deployer deployer;
    private final Cast cast;
    private final Seams seams;
    private final Set<String> resting = ConcurrentHashMap.newKeySet();
    private final List<String> healed = new ArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("sharebuf-soak nurse").daemon().factory());

    Nurse(BundleContext context, Deployer deployer, Cast cast, Seams seams) {
        this.context = context;
        this.deployer = deployer;
        this.cast = cast;
        this.seams = seams;
        context.addBundleListener(this);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        String name = event.getBundle().getSymbolicName();
        // The framework may be stopping the bundle in a call of a plug-in: nothing is done on this thread.
        if (event.getType() == BundleEvent.STOPPED && cast.methods().containsKey(name) && !resting.contains(name)) {
            thread.execute(() -> heal(name));
        }
    }

    /** The script stops a bundle, or starts it. */
    void rests(String bundle, boolean rests) {
        if (rests) {
            resting.add(bundle);
        } else {
            resting.remove(bundle);
        }
    }

    /** Whether the script has any bundle stopped. */
    boolean anyRests() {
        return !resting.isEmpty();
    }

    /**
     * What frames wait for has to take its seats again when nobody else serves them: if it failed at that, a pipeline would end, as it should. Where
     * an old one serves on, in a swap, it may fail.
     */
    void mustComeBack(String bundle) {
        if (cast.serving().contains(bundle)) {
            SITTING.forEach(method -> seams.disarm(bundle, method));
        }
    }

    private void heal(String name) {
        // In a swap there are two of the name, and one of them goes.
        boolean down = true;
        for (Bundle bundle : context.getBundles()) {
            down &= !name.equals(bundle.getSymbolicName()) || (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) == 0;
        }
        if (down && !resting.contains(name)) {
            mustComeBack(name);
            Change change = deployer.start(name);
            synchronized (healed) {
                healed.add(name + (change.done() ? "" : " (" + change.message() + ")"));
            }
        }
    }

    /** What was started again since this was asked last; whatever is being started is waited for. */
    List<String> healed() throws InterruptedException {
        try {
            thread.submit(() -> { }).get(END_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("a bundle does not start within " + END_SECONDS + " s", e);
        }
        synchronized (healed) {
            List<String> all = List.copyOf(healed);
            healed.clear();
            return all;
        }
    }

    /** Everything that is stopped is started. */
    void healAll() throws InterruptedException {
        resting.clear();
        for (String bundle : cast.bundles()) {
            thread.execute(() -> heal(bundle));
        }
        healed();
    }

    @Override
    public void close() {
        context.removeBundleListener(this);
        thread.shutdown();
    }
}
