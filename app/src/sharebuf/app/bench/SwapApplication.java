package sharebuf.app.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;

/**
 * An application that allocates and frees without a pause while plug-ins are swapped. A call that is refused is lost.
 *
 * <p>Thread-safe.
 */
final class SwapApplication implements AutoCloseable {
    private static final long POLL_NANOS = 200_000;
    /** One is in a call while the other is between two. */
    private static final int THREADS = 2;

    private final BufferBroker broker;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong pairs = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final List<CallLog> logs = new CopyOnWriteArrayList<>();
    private volatile String firstLost = "";
    private volatile boolean stopped;

    SwapApplication(BufferBroker broker) {
        this.broker = broker;
    }

    /**
     * Starts the application.
     *
     * @param spec what it allocates
     * @param devices for whom
     */
    void start(BufferSpec spec, List<String> devices) {
        List<UseId> uses = broker.resolve(devices).orThrow();
        for (int i = 0; i < THREADS; i++) {
            CallLog log = new CallLog();
            logs.add(log);
            threads.add(Thread.ofPlatform().daemon().name("application " + i).start(() -> run(spec, uses, log)));
        }
    }

    private void run(BufferSpec spec, List<UseId> uses, CallLog log) {
        try (Session session = broker.open("application")) {
            while (!stopped) {
                long begun = System.nanoTime();
                log.begin();
                Outcome<BufferSet> set = session.allocateFor(spec, uses);
                log.end();
                if (set instanceof Outcome.Ok<BufferSet>(BufferSet taken)) {
                    log.begin();
                    taken.close();
                    log.end();
                }
                longest.accumulate(System.nanoTime() - begun);
                if (set.isOk()) {
                    pairs.incrementAndGet();
                } else if (lost.getAndIncrement() == 0) {
                    firstLost = set.why().orElseThrow().message();
                }
            }
        }
    }

    /**
     * Whether a call was under way at a time.
     *
     * @param at of {@link System#nanoTime}, not long past
     */
    boolean wasUnderWay(long at) {
        return logs.stream().anyMatch(log -> log.wasUnderWay(at));
    }

    /** The longest pair of calls since this was asked last, in nanoseconds; after each thread has come round once more. */
    long longest() {
        long seen = pairs.get() + lost.get();
        while (pairs.get() + lost.get() < seen + 2L * threads.size() && !stopped) {
            LockSupport.parkNanos(POLL_NANOS); // not by spinning: two cores have enough to do
        }
        return longest.getThenReset();
    }

    long pairs() {
        return pairs.get();
    }

    long lost() {
        return lost.get();
    }

    /** Why the first one was lost; empty when none was. */
    String firstLost() {
        return firstLost;
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
