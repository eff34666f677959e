package sharebuf.app.flow;

import java.time.Duration;

/** How long is waited for what. */
final class Limits {
    /** One wait for a device; stops and failures are noticed between two. */
    static final Duration TICK = Duration.ofMillis(20);
    /** A device that shows no progress for so long has failed. */
    static final Duration STALL = Duration.ofSeconds(10);

    private Limits() {
    }
}
