package sharebuf.broker.seat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.urgency.Urgency;

/**
 * A thread for what may hang; what does costs that thread, and the next step gets another one.
 *
 * <p>Confined to the thread that made it.
 */
final class Aside implements AutoCloseable {
    private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private ExecutorService thread = start();

    private static ExecutorService start() {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().name("sharebuf-takeover").daemon().factory());
    }

    /** Starts the thread, and finds what makes it urgent, before anybody is held for it. */
    void warm() {
        thread.submit(() -> { });
        Urgency.thread(); // the first time it takes a tenth of a second
    }

    /** A step of a plug-in, waited for as long as it may take. */
    <R> Outcome<R> run(String what, Occupant<?> who, long limitNanos, Supplier<Outcome<R>> step) {
        Future<Outcome<R>> done = thread.submit(() -> guarded(what, who, step));
        try {
            return done.get(limitNanos + SLACK_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            leave(done);
            return Outcome.no(late(what, who, limitNanos));
        } catch (InterruptedException e) {
            leave(done);
            Thread.currentThread().interrupt();
            return Outcome.no(interrupted());
        } catch (ExecutionException e) {
            throw new IllegalStateException("takeover: " + e.getCause(), e.getCause());
        }
    }

    /** A switch, waited for as long as the step may take that it is in. It is called off when that takes longer, unless it is done with them. */
    Outcome<Switch.Figures> run(Switch change) {
        Future<Outcome<Switch.Figures>> done = thread.submit(change::run);
        boolean interrupted = false;
        try {
            while (true) {
                Switch.Step step = change.step();
                try {
                    return done.get(Math.max(1, step.until() + SLACK_NANOS - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (step == change.step() && change.callOff()) {
                        leave(done);
                        return Outcome.no(late(step.what(), step.who(), step.limitNanos()));
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (change.callOff()) {
                        leave(done);
                        return Outcome.no(interrupted());
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("takeover: " + e.getCause(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What a plug-in throws becomes a refusal, copied: the throwable would keep the plug-in's class loader. */
    static <R> Outcome<R> guarded(String what, Occupant<?> who, Supplier<Outcome<R>> step) {
        try {
            return step.get();
        } catch (Throwable t) {
            return Outcome.no(Thrown.of(t).refusal(Errno.EPROTO, who.toString(), what));
        }
    }

    private void leave(Future<?> hung) {
        hung.cancel(true);
        thread.shutdownNow();
        thread = start();
    }

    private static Refusal late(String what, Object who, long limitNanos) {
        return Refusal.of(Errno.ETIMEDOUT, "plug-in " + who + " " + what, "no end within " + limitNanos / 1_000_000 + " ms", "a return");
    }

    static Refusal interrupted() {
        return Refusal.of(Errno.EINTR, "takeover", "the thread was interrupted", "no interrupt");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
