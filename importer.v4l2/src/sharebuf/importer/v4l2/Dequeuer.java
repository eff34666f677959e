package sharebuf.importer.v4l2;

import static sharebuf.node.DeviceNode.POLLERR;
import static sharebuf.node.DeviceNode.POLLIN;
import static sharebuf.node.DeviceNode.POLLOUT;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Queue;

/**
 * Waits for finished slots.
 *
 * <p>It polls first and dequeues then: a dequeue that finds nothing costs an exception, a poll does not. It dequeues also when the
 * time is over, for only that tells that the queue does not stream. Another thread may take the slot between the two; then it polls
 * again. A queue without slots is not polled ({@link VideoQueue#poll}). {@code POLLERR} means that polling cannot wait, mostly because nothing is queued: the dequeue tells why it is an error, or
 * that it is none, and then this thread sleeps until the queue is changed.
 *
 * <p>Thread-safe.
 */
final class Dequeuer {
    private final DeviceNode node;
    private final VideoQueue queue;
    private final int event;
    private final LongSupplier nanoTime;

    Dequeuer(DeviceNode node, VideoQueue queue, Queue which, LongSupplier nanoTime) {
        this.node = node;
        this.queue = queue;
        this.nanoTime = nanoTime;
        event = which == Queue.CAPTURE ? POLLIN : POLLOUT;
    }

    Optional<Dequeued> dequeue(Duration limit) throws DeviceException {
        long start = nanoTime.getAsLong();
        long whole = nanos(limit);
        long left = whole;
        while (true) {
            long seen = queue.changes();
            int ready = left > 0 ? queue.poll(event, Duration.ofNanos(left)) : 0;
            Optional<Dequeued> done = queue.dequeueNow();
            left = whole - (nanoTime.getAsLong() - start);
            if (done.isPresent() || ready == 0 || left <= 0) {
                return done;
            }
            if ((ready & POLLERR) != 0) {
                sleep(seen, left);
                left = whole - (nanoTime.getAsLong() - start);
            }
        }
    }

    private void sleep(long seen, long nanos) throws DeviceException {
        try {
            queue.awaitChange(seen, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException(Errno.EINTR, node.device().name(), "VIDIOC_DQBUF", "interrupted while nothing was queued");
        }
    }

    private static long nanos(Duration limit) {
        return limit.isNegative() ? 0 : limit.getSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : limit.toNanos();
    }
}
