package sharebuf.app.flow;

import java.time.Duration;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.UseId;

/** How long is waited for what. */
final class Limits {
    /** One wait for a device; stops and failures are noticed between two. */
    static final Duration TICK = Duration.ofMillis(20);
    /** A device that shows no progress for so long has failed. */
    static final Duration STALL = Duration.ofSeconds(10);

    /** At the end of a stream, a device that shows pictures keeps its last ones no longer than this. */
    static final Duration LINGER = Duration.ofSeconds(1);

    private Limits() {
    }

    /** A driver has fewer slots than the set has buffers. */
    static RefusedException tooMany(UseId use, int buffers, int slots) {
        return new RefusedException(Refusal.of(Errno.EINVAL, "count", buffers + " buffers", "at most " + slots + ", the driver makes no more slots")
                .about(use.device(), use.use()).fixedBy("--count " + slots));
    }
}
