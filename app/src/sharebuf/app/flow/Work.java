package sharebuf.app.flow;

import java.util.function.LongSupplier;
import sharebuf.urgency.Urgency;

/**
 * A thread of a pipeline that can be waited for.
 *
 * <p>Thread-safe.
 */
final class Work {
    private final Thread thread;

    /** What the thread does. */
    interface Job {
        void run() throws Exception;
    }

    /** By the CPU, before what has no pipeline to wait for it. */
    Work(String name, Flow flow, Job job) {
        this(name, flow, Urgency.ORDINARY, Thread.MAX_PRIORITY - 1, job);
    }

    /** Buffers in and out of a device, which waits for nobody: little to do, and that soon. */
    static Work atDevice(String name, Flow flow, Job job) {
        return new Work(name, flow, Urgency.FIRST, Thread.MAX_PRIORITY, job);
    }

    private Work(String name, Flow flow, Urgency urgency, int priority, Job job) {
        thread = Thread.ofPlatform().name("sharebuf-" + name).priority(priority).daemon().start(() -> {
            if (urgency != Urgency.ORDINARY) {
                urgency.give(Urgency.thread());
            }
            try {
                job.run();
            } catch (Exception | Error e) {
                flow.fail(name, e);
            }
        });
    }

    /** Waits for its end as long as the count grows within twice the stall limit. */
    void join(String what, LongSupplier progress) throws FlowFailure {
        long before;
        do {
            before = progress.getAsLong();
            try {
                if (thread.join(Limits.STALL.multipliedBy(2))) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FlowFailure(what + ": interrupted", e);
            }
        } while (progress.getAsLong() != before);
        throw new FlowFailure(what + ": does not come to an end", null);
    }

    /** Waits for its end, twice the stall limit at most: by then the job has noticed by itself. */
    void join(String what) throws FlowFailure {
        join(what, () -> 0);
    }
}
