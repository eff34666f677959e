package sharebuf.app.soak;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.osgi.framework.BundleContext;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.app.run.Pipeline;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;

/**
 * A pipeline that plays until it is told to end, on a thread of its own. It keeps the time: steps wait for its frames, and what must happen
 * between two frames is handed to its camera.
 *
 * <p>Thread-safe. {@link #end} gives everything back.
 */
final class Playing {
    /** More frames than any soak has. */
    private static final long FRAMES = 10_000_000;
    private static final long LIMIT_SECONDS = 60;
    private static final long LOOK_MILLIS = 100;

    private final String name;
    private final FrameFeed feed = new FrameFeed(new Bars(), FRAMES);
    private final AtomicReference<FutureTask<?>> between = new AtomicReference<>();
    private final AtomicReference<Optional<Stream>> stream = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> failure = new AtomicReference<>(Optional.empty());
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Pauses pauses = new Pauses();
    private final Thread thread;
    private volatile Verdict verdict = new Verdict(0, 0, 0, 0, List.of());
    private long frame = -1;
    private boolean over;

    /** Begins to play. */
    Playing(BundleContext context, LiveBoard board, Pipeline pipeline, BufferSpec spec, int fps) {
        name = pipeline.toString();
        List<List<String>> sets = IntStream.range(0, pipeline.sets()).mapToObj(pipeline::names).toList();
        Wanted wanted = new Wanted(sets, spec, OptionalInt.of(fps), feed, device -> Optional.empty(), this::before, display -> { }, false);
        thread = Thread.ofPlatform().name("sharebuf-soak " + name).daemon().start(() -> play(context, board, wanted));
    }

    private void play(BundleContext context, LiveBoard board, Wanted wanted) {
        try (Session session = board.broker().open("soak " + name); Stream own = new Stream(context, board.broker(), session, wanted)) {
            try {
                own.start();
                stream.set(Optional.of(own));
                begun.countDown();
                own.await();
            } finally {
                verdict = own.verdict();
            }
        } catch (FlowFailure | RuntimeException e) {
            failure.compareAndSet(Optional.empty(), Optional.of(name + ": " + (e instanceof RefusedException ? e.getMessage() : String.valueOf(e.getMessage()))));
        } finally {
            begun.countDown();
            synchronized (this) {
                over = true;
                notifyAll();
            }
        }
    }

    /** On the camera's thread, before a frame is handed out. */
    private void before(long number) {
        synchronized (this) {
            frame = number;
        }
        FutureTask<?> task = between.getAndSet(null);
        if (task != null) {
            task.run();
        }
        pauses.frame(number);
        synchronized (this) {
            notifyAll();
        }
    }

    /** Its name: the pipeline. */
    String name() {
        return name;
    }

    /** The stream; empty when it did not come so far. */
    Optional<Stream> stream() throws InterruptedException {
        begun.await();
        return stream.get();
    }

    /** Why it ended by itself; empty while it plays. */
    Optional<String> failure() {
        return failure.get();
    }

    /** The longest time between two frames. */
    Pauses pauses() {
        return pauses;
    }

    /** Number of the frame that was handed out last, or, for what is done between two frames, of the one that is about to be. */
    synchronized long frame() {
        return frame;
    }

    /**
     * Waits for a frame.
     *
     * @return false when it ended before, none came within a minute, or the deadline is over: also for a frame that has come long ago, else steps that are slower
     *         than frames would never end
     */
    synchronized boolean await(long number, long deadlineNanos) throws InterruptedException {
        long end = Math.min(deadlineNanos, System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
        while (frame < number && !over) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !over && System.nanoTime() - deadlineNanos < 0;
    }

    private synchronized boolean hasEnded() {
        return over;
    }

    /**
     * Does something between two frames, on the camera's thread.
     *
     * @throws TimeoutException when no frame comes for a minute
     */
    <T> T between(Callable<T> what) throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<T> task = new FutureTask<>(what);
        between.set(task);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            try {
                return task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Not taken back while it runs: the camera waits for its end.
                if (hasEnded() && between.compareAndSet(task, null)) {
                    throw new TimeoutException(name + " has ended");
                } else if (System.nanoTime() - end > 0 && between.compareAndSet(task, null)) {
                    throw new TimeoutException(name + ": no frame for " + LIMIT_SECONDS + " s");
                }
            }
        }
    }

    /** Plays the last frame through, and gives everything back. */
    Verdict end() throws InterruptedException {
        feed.stop();
        thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        if (thread.isAlive()) {
            failure.compareAndSet(Optional.empty(), Optional.of(name + ": does not end within " + LIMIT_SECONDS + " s"));
        }
        return verdict;
    }
}
