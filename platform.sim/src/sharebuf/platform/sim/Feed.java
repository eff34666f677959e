package sharebuf.platform.sim;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A service that may come and go while a device uses it: a frame source, a frame sink, memory for the driver.
 *
 * <p>Thread-safe. The newest of several serves. Who takes one away waits until nobody is inside it, though not for ever.
 *
 * @param <T> its type
 */
final class Feed<T> {
    private static final long PATIENCE_SECONDS = 2;

    private final ReentrantReadWriteLock inside = new ReentrantReadWriteLock();
    private final List<T> services = new CopyOnWriteArrayList<>();

    void add(T service) {
        services.add(service);
    }

    /** Takes a service away. */
    void remove(T service) {
        if (!services.remove(service)) {
            return; // of another device
        }
        try {
            if (inside.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                inside.writeLock().unlock();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls the newest service; empty when there is none. */
    <R> Optional<R> call(Function<? super T, ? extends R> use) {
        inside.readLock().lock();
        try {
            return services.reversed().stream().findFirst().map(use);
        } finally {
            inside.readLock().unlock();
        }
    }
}
