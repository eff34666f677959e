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

    private static final Item END = new Item(-1, -1);

    /** A filled buffer. */
    record Item(int index, long number) {
    }

    void put(int index, long number) {
        items.add(new Item(index, number));
    }

    void close() {
        items.add(END);
    }

    /** The next one; null when it is closed and empty, or the flow failed. */
    Item take(Flow flow) throws InterruptedException {
        while (!flow.failed()) {
            Item item = items.poll(Limits.TICK.toMillis(), TimeUnit.MILLISECONDS);
            if (item == END) {
                return null;
            }
            if (item != null) {
                return item;
            }
        }
        return null;
    }
}
