package sharebuf.app.flow;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Filled buffers on their way to a reader that takes one after the other.
 *
 * <p>Thread-safe.
 */
final class Inbox {
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    /** A filled buffer. */
    record Item(int index, long number) {
    }

    void put(int index, long number) {
        items.add(new Item(index, number));
    }

    void close() {
        closed = true;
    }

    /** The next one; null when it is closed and empty, or the flow failed. */
    Item take(Flow flow) throws InterruptedException {
        while (!flow.failed()) {
            Item item = items.poll(Limits.TICK.toMillis(), TimeUnit.MILLISECONDS);
            if (item != null) {
                return item;
            }
            if (closed && items.isEmpty()) {
                return null;
            }
        }
        return null;
    }
}
