package sharebuf.app.flow;

/**
 * A thread that can be waited for.
 *
 * <p>Thread-safe.
 */
final class Work {
    private final Thread thread;

    /** What the thread does. */
    interface Job {
        void run() throws Exception;
    }

    Work(String name, Flow flow, Job job) {
        thread = Thread.ofPlatform().name("sharebuf-" + name).daemon().start(() -> {
            try {
                job.run();
            } catch (Exception | Error e) {
                flow.fail(name, e);
            }
        });
    }

    /** Waits for its end, twice the stall limit at most: by then the job has noticed by itself. */
    void join(String what) throws FlowFailure {
        try {
            if (!thread.join(Limits.STALL.multipliedBy(2))) {
                throw new FlowFailure(what + ": does not come to an end", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlowFailure(what + ": interrupted", e);
        }
    }
}
