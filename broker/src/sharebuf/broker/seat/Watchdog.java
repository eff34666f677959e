package sharebuf.broker.seat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches calls into plug-ins: at the limit the calling thread is interrupted, at twice the limit the plug-in counts as hung. A call
 * runs on its caller's thread, so a plug-in that ignores the interrupt keeps that one thread and nobody else.
 *
 * <p>Thread-safe. One daemon thread that looks every 20 ms, and takes the time: a call takes none. So the limit is kept within 40 ms, never too early.
 */
public final class Watchdog implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Calls calls = new Calls();
    private final Thread thread = new Thread(this::watch, "sharebuf-watchdog");
    private volatile boolean closed;

    /** Starts the thread. */
    public Watchdog() {
        thread.setDaemon(true);
        thread.start();
    }

    Calls calls() {
        return calls;
    }

    private void watch() {
        Calls.Round round = calls.new Round();
        while (!closed) {
            LockSupport.parkNanos(this, TICK_NANOS);
            round.look(System.nanoTime(), TICK_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
