package sharebuf.platform.sim;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A service that may come and go while a device uses it: a frame source, a frame sink, memory for the driver.
 *
 * <p>Thread-safe. Who takes the service away waits until nobody is inside it, though not for ever.
 *
 * @param <T> its type
 */
final class Feed<T> {
    private static final long PATIENCE_SECONDS = 2;

    private final ReentrantReadWriteLock inside = new ReentrantReadWriteLock();
    private volatile T service;

    void set(T newer) {
        service = newer;
    }

    /** Takes a service away, unless another one has replaced it already. */
    void clear(T older) {
        if (service != older) {
            return;
        }
        boolean alone = false;
        try {
            alone = inside.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (service == older) {
            service = null;
        }
        if (alone) {
            inside.writeLock().unlock();
        }
    }

    boolean isPresent() {
        return service != null;
    }

    /** Calls the service; empty when there is none. */
    <R> Optional<R> call(Function<? super T, ? extends R> use) {
        inside.readLock().lock();
        try {
            T present = service;
            return present == null ? Optional.empty() : Optional.of(use.apply(present));
        } finally {
            inside.readLock().unlock();
        }
    }
}
