package sharebuf.app.soak;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An application that works all the time, beside the steps: so that calls are under way whenever something changes. What it finds damaged is
 * counted where all damage is; an exception, where the contract knows refusals only, ends it and is a failure.
 *
 * <p>Thread-safe; a thread of its own works.
 */
final class Neighbour {
    private static final String NAME = "sharebuf-soak neighbour";
    private static final long END_MILLIS = TimeUnit.SECONDS.toMillis(60);

    private final Performer.Applications applications;
    private final long seed;
    private volatile boolean over;
    private volatile Optional<String> failure = Optional.empty();
    private Thread thread;

    Neighbour(Performer.Applications applications, long seed) {
        this.applications = applications;
        this.seed = seed;
    }

    /** Whether the call comes from one: plug-ins are called on the caller's thread. */
    static boolean isCalling() {
        return Thread.currentThread().getName().equals(NAME);
    }

    void start() {
        thread = Thread.ofPlatform().name(NAME).daemon().start(() -> {
            try {
                for (long round = 0; !over; round++) {
                    applications.application(seed * 31 + round).run();
                }
            } catch (RuntimeException | Error e) {
                failure = Optional.of("an application that works beside the steps: " + e + " at " + e.getStackTrace()[0]);
            }
        });
    }

    /** Waits for its end; what was wrong. */
    Optional<String> end() throws InterruptedException {
        over = true;
        if (thread != null) {
            thread.join(END_MILLIS);
            if (thread.isAlive()) {
                return Optional.of("an application that works beside the steps does not come to its end");
            }
        }
        return failure;
    }
}
