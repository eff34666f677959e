package sharebuf.deploy;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.SeatState;

/**
 * Waits for seats. Woken by every service that comes or goes; looks again after a while too, because a plug-in takes its seat a moment
 * after its service came.
 *
 * <p>Thread-safe.
 */
final class SeatWatch implements ServiceListener {
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Inventory inventory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long changes;
    private volatile boolean over;

    SeatWatch(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        changed();
    }

    private void changed() {
        lock.lock();
        try {
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waits, now and later: the framework goes, and nobody comes to a seat any more. */
    void end() {
        over = true;
        changed();
    }

    boolean isOver() {
        return over;
    }

    /** Every seat as it is now. */
    Map<SeatName, Snapshot.Seat> seats() {
        Map<SeatName, Snapshot.Seat> seats = new HashMap<>();
        inventory.snapshot().seats().forEach(seat -> seats.put(SeatName.of(seat), seat));
        return seats;
    }

    /** Waits until all of them are taken; false when the time is over. */
    boolean awaitSeated(Collection<SeatName> wanted, Duration limit) {
        return await(() -> {
            Map<SeatName, Snapshot.Seat> seats = seats();
            return wanted.stream().allMatch(name -> isSeated(seats.get(name)));
        }, limit);
    }

    static boolean isSeated(Snapshot.Seat seat) {
        return seat != null && seat.state() == SeatState.SEATED;
    }

    /** Waits until something is so; false when the time is over, the thread was interrupted, or nothing comes any more. */
    boolean await(BooleanSupplier so, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                long seen = changes();
                // Asked without the lock: the answer takes the broker's locks, and a service event may come from under one of those.
                if (so.getAsBoolean()) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0 || over) {
                    return false;
                }
                pause(seen, Math.min(left, LOOK_AGAIN_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    private void pause(long seen, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (changes == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
