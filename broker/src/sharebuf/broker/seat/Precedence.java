package sharebuf.broker.seat;

import java.util.HashMap;
import java.util.Map;

/**
 * Threads that others wait for, and that therefore have the highest priority meanwhile. Where the processors are busy such a thread may wait for one
 * behind others that nobody waits for. It counts where the JVM hands priorities on to the system. A thread that has the highest anyhow is left alone: setting
 * it again would take from it what it may have from elsewhere ({@link sharebuf.urgency.Urgency}).
 *
 * <p>Thread-safe.
 */
final class Precedence {
    /** What a thread had before, and for how many it has more now. */
    private record Own(int priority, int count) {
    }

    private final Map<Thread, Own> raised = new HashMap<>();

    /** Somebody waits for a thread; {@link #lower} follows. */
    synchronized void raise(Thread thread) {
        Own before = raised.get(thread);
        raised.put(thread, before == null ? new Own(thread.getPriority(), 1) : new Own(before.priority, before.count + 1));
        if (before == null && thread.getPriority() < Thread.MAX_PRIORITY) {
            thread.setPriority(Thread.MAX_PRIORITY);
        }
    }

    /** Who waited does so no longer; behind the last one the thread has its own priority again. */
    synchronized void lower(Thread thread) {
        Own own = raised.get(thread);
        if (own.count > 1) {
            raised.put(thread, new Own(own.priority, own.count - 1));
        } else {
            raised.remove(thread);
            if (own.priority < Thread.MAX_PRIORITY) {
                thread.setPriority(own.priority);
            }
        }
    }
}
