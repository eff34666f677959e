package sharebuf.broker.seat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches calls into plug-ins: at the limit the calling thread is interrupted, at twice the limit the plug-in counts as hung. A call
 * runs on its caller's thread, so a plug-in that ignores the interrupt keeps that one thread and nobody else.
 *
 * <p>Thread-safe. One daemon thread that looks every 20 ms, so that a call costs two operations on a set and no wake-up.
 */
public final class Watchdog implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::watch, "sharebuf-watchdog");
    private volatile boolean closed;

    /** Starts the thread. */
    public Watchdog() {
        thread.setDaemon(true);
        thread.start();
    }

    /** A call in flight. Its monitor orders the end against the interrupt, so that no interrupt strikes after the end. */
    static final class Call {
        private final Thread caller = Thread.currentThread();
        private final long start = System.nanoTime();
        private final long limitNanos;
        private final Runnable hung;
        private boolean interrupted;
        private boolean reportedHung;
        private boolean over;

        Call(long limitNanos, Runnable hung) {
            this.limitNanos = limitNanos;
            this.hung = hung;
        }

        private void check(long now) {
            boolean report = false;
            synchronized (this) {
                if (over) {
                    return;
                }
                if (!interrupted && now - start > limitNanos) {
                    interrupted = true;
                    caller.interrupt();
                }
                if (!reportedHung && now - start > 2 * limitNanos) {
                    reportedHung = true;
                    report = true;
                }
            }
            if (report) {
                hung.run();
            }
        }

        /**
         * Ends the call.
         *
         * @return true when the limit was passed; then the interrupt was taken back
         */
        private synchronized boolean end() {
            over = true;
            if (interrupted) {
                Thread.interrupted();
            }
            return interrupted;
        }
    }

    Call begin(long limitNanos, Runnable hung) {
        Call call = new Call(limitNanos, hung);
        calls.add(call);
        return call;
    }

    boolean end(Call call) {
        calls.remove(call);
        return call.end();
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(this, TICK_NANOS);
            long now = System.nanoTime();
            calls.forEach(c -> c.check(now));
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
