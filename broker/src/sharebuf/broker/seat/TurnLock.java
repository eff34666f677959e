package sharebuf.broker.seat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The turn of a plug-in that is called by one thread at a time.
 *
 * <p>A free turn is taken at once, also before those who wait: they would have to be woken first. Of those who wait the thread of the highest priority
 * is woken, among equals the one that waits longest: a camera's next picture does not queue behind applications. Who has waited for a while goes before
 * all that have not, so nobody waits for ever behind more urgent ones. And whoever has the turn while others
 * wait has the highest priority ({@link Precedence}), for calls are short, and where the processors are busy a thread in the middle of one may wait for
 * one of them longer than all calls of a second take.
 *
 * <p>Who comes again while he has the turn gets it again, and gives it back as often. Thread-safe; without a lock while nobody waits.
 *
 * <pre>
 *   take     owner: null -> me
 *   end      owner: me -> null, then: does anybody wait? wake one
 *   wait     be counted among those who wait, asleep; then: take? or else park
 *   give up  be counted no more, then: is the turn free? wake another one
 * </pre>
 *
 * Why nobody sleeps beside a free turn: who ends writes the owner and then reads who waits, who waits writes that and then reads the owner, all volatile,
 * so at least one of the two sees the other; the same goes for who gives up, which may be the one that was just woken.
 */
final class TurnLock {
    /** A few microseconds, as long as most calls take: on another processor the call ends before a thread were asleep. */
    private static final int SPINS = 100;
    /** The time of a picture at 60 a second: more urgent threads push nobody back for longer. */
    private static final long PATIENCE_NANOS = 16_000_000;

    /** One that waits. Guarded by the lock's monitor, where not final. */
    private static final class Waiter {
        private final Thread thread = Thread.currentThread();
        private final int priority = thread.getPriority();
        private final long since = System.nanoTime();
        private boolean awake;
        private Thread hurried;
    }

    private final Precedence precedence;
    private final int spins;
    private final long patienceNanos;
    private final AtomicReference<Thread> owner = new AtomicReference<>();
    /** The owner's. */
    private int holds;
    private final AtomicInteger waiting = new AtomicInteger();
    /** In the order in which they came. Guarded by the monitor. */
    private final List<Waiter> waiters = new ArrayList<>();

    TurnLock(Precedence precedence) {
        this(precedence, SPINS, PATIENCE_NANOS);
    }

    /**
     * For tests.
     *
     * @param spins how often one looks before it sleeps
     * @param patienceNanos who has waited for so long goes before all that have not
     */
    TurnLock(Precedence precedence, int spins, long patienceNanos) {
        this.precedence = precedence;
        this.spins = spins;
        this.patienceNanos = patienceNanos;
    }

    /** Takes the turn if it is free or the current thread's. */
    boolean take() {
        Thread me = Thread.currentThread();
        if (owner.compareAndSet(null, me)) {
            holds = 1;
            return true;
        }
        if (owner.get() == me) {
            holds++;
            return true;
        }
        return false;
    }

    /**
     * Waits for the turn.
     *
     * @param limitNanos for how long
     * @return false when it was not to be had by then
     * @throws InterruptedException when the thread was interrupted
     */
    boolean await(long limitNanos) throws InterruptedException {
        for (int i = 0; i < spins; i++) {
            if (take()) {
                return true;
            }
            Thread.onSpinWait();
        }
        long end = System.nanoTime() + limitNanos;
        Waiter waiter = new Waiter();
        join(waiter);
        try {
            while (true) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                sleepy(waiter);
                if (take()) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                hurry(waiter);
                LockSupport.parkNanos(this, left);
            }
        } finally {
            leave(waiter);
        }
    }

    /** Gives the turn back. */
    void end() {
        if (--holds > 0) {
            return;
        }
        owner.set(null);
        if (waiting.get() > 0) {
            ended(Thread.currentThread());
        }
    }

    private synchronized void join(Waiter waiter) {
        waiters.add(waiter);
        waiting.incrementAndGet();
    }

    private synchronized void sleepy(Waiter waiter) {
        waiter.awake = false;
    }

    private synchronized void leave(Waiter waiter) {
        waiters.remove(waiter);
        waiting.decrementAndGet();
        calm(waiter);
        if (owner.get() == null) {
            wake();
        }
    }

    /** Whoever has the turn goes first from here on, until {@link #ended}. */
    private synchronized void hurry(Waiter waiter) {
        Thread now = owner.get();
        if (now != waiter.hurried) {
            calm(waiter);
            waiter.hurried = now;
            if (now != null) {
                precedence.raise(now);
            }
        }
    }

    private void calm(Waiter waiter) {
        if (waiter.hurried != null) {
            precedence.lower(waiter.hurried);
            waiter.hurried = null;
        }
    }

    private synchronized void ended(Thread had) {
        for (Waiter waiter : waiters) {
            if (waiter.hurried == had) {
                calm(waiter);
            }
        }
        wake();
    }

    /** The monitor is held. */
    private void wake() {
        Waiter best = null;
        long now = System.nanoTime();
        for (Waiter waiter : waiters) {
            if (best == null || urgency(waiter, now) > urgency(best, now)) {
                best = waiter;
            }
        }
        if (best != null && !best.awake) {
            best.awake = true;
            LockSupport.unpark(best.thread);
        }
    }

    private int urgency(Waiter waiter, long now) {
        return now - waiter.since >= patienceNanos ? Thread.MAX_PRIORITY + 1 : waiter.priority;
    }
}
