package sharebuf.tck.kernel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

/** Waits for something that services bring about: woken by each that comes or goes, and after a moment, since others hear of it later. */
final class Changes implements ServiceListener {
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final BundleContext context;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    Changes(BundleContext context) {
        this.context = context;
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something is so; false when the time is over. */
    boolean await(BooleanSupplier so, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        context.addServiceListener(this);
        try {
            while (!so.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    return false;
                }
                lock.lock();
                try {
                    changed.awaitNanos(LOOK_AGAIN_NANOS);
                } finally {
                    lock.unlock();
                }
            }
            return true;
        } finally {
            context.removeServiceListener(this);
        }
    }
}
