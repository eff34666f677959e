package sharebuf.app.flow;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import sharebuf.buffer.Errno;
import sharebuf.device.UseId;
import sharebuf.node.DeviceException;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Queue;

/**
 * The capture queue of a video device: fills the buffers of a set.
 *
 * <p>Thread-safe; a thread of its own dequeues.
 */
final class VideoWriter implements Writer {
    private final VideoDevice device;
    private final UseId use;
    private final Flow flow;
    private final Optional<Camera> camera;
    /** Buffers that the device has, or is about to get. */
    private final AtomicInteger queued = new AtomicInteger();
    private volatile long filled;
    private volatile long quota = Long.MAX_VALUE;
    private volatile boolean stopping;
    private Work work;

    /**
     * What makes a writer the camera of a stream.
     *
     * @param frames numbers its frames
     * @param before called with the number of a frame before it is handed out, on the writer's thread
     */
    record Camera(Frames frames, LongConsumer before) {
    }

    /**
     * A writer.
     *
     * @param camera of the first set; empty for a device that writes what it read before
     */
    VideoWriter(VideoDevice device, UseId use, Flow flow, Optional<Camera> camera) {
        this.device = device;
        this.use = use;
        this.flow = flow;
        this.camera = camera;
    }

    @Override
    public UseId use() {
        return use;
    }

    @Override
    public long filled() {
        return filled;
    }

    @Override
    public void start() throws FlowFailure {
        try {
            int count = flow.buffers().size();
            int given = device.requestBuffers(Queue.CAPTURE, VideoDevice.Memory.DMABUF, count);
            if (given < count) {
                throw Limits.tooMany(use, count, given);
            }
            flow.refillBy(this::refill);
            for (int i = 0; i < count; i++) {
                device.queue(Queue.CAPTURE, i, flow.buffers().get(i).id());
                queued.incrementAndGet();
            }
            device.streamOn(Queue.CAPTURE);
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
        work = Work.atDevice(use.toString(), flow, this::run);
    }

    @Override
    public void expectOnly(long frames) {
        quota = frames;
    }

    private void run() throws DeviceException, FlowFailure {
        long progress = System.nanoTime();
        long expected = 0;
        int leftBefore = flow.buffers().size();
        while (filled < quota && !flow.failed()) {
            Optional<VideoDevice.Dequeued> done;
            try {
                done = device.dequeue(Queue.CAPTURE, Limits.TICK);
            } catch (DeviceException e) {
                if (e.errno() == Errno.EPIPE) {
                    return;
                }
                throw e;
            }
            if (done.isEmpty()) {
                if (camera.isPresent() && camera.get().frames().ended()) {
                    return;
                }
                if (System.nanoTime() - progress > Limits.STALL.toNanos()) {
                    throw new FlowFailure(use + ": no frame within " + Limits.STALL.toSeconds() + " s, after " + filled + " frames", null);
                }
                continue;
            }
            progress = System.nanoTime();
            VideoDevice.Dequeued d = done.get();
            if (d.last() && d.bytesUsed().stream().allMatch(n -> n == 0)) {
                return;
            }
            long number = camera.isPresent() ? camera.get().frames().number(d) : filled;
            if (number < 0) {
                return;
            }
            int left = queued.decrementAndGet();
            if (number > expected && leftBefore > 0) {
                flow.skipped(expected, number - 1, leftBefore);
            }
            expected = number + 1;
            leftBefore = left;
            camera.ifPresent(c -> c.before().accept(number));
            filled++;
            flow.filled(d.index(), number, d.error());
            if (d.last() || camera.isPresent() && camera.get().frames().isLast(number)) {
                return;
            }
        }
    }

    private void refill(int index) {
        if (stopping || flow.failed()) {
            return;
        }
        try {
            queued.incrementAndGet();
            device.queue(Queue.CAPTURE, index, flow.buffers().get(index).id());
        } catch (DeviceException | RuntimeException e) {
            if (!stopping) {
                flow.fail(use.toString(), e);
            }
        }
    }

    @Override
    public void join() throws FlowFailure {
        if (work != null) {
            work.join(use.toString(), () -> filled);
        }
    }

    @Override
    public void finish() throws FlowFailure {
        join();
        if (stopping) {
            return;
        }
        stopping = true;
        try {
            device.streamOff(Queue.CAPTURE);
            device.requestBuffers(Queue.CAPTURE, VideoDevice.Memory.DMABUF, 0);
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
    }

    /** Sets the time from frame to frame. */
    void pace(Duration interval) throws FlowFailure {
        try {
            device.setFrameInterval(Queue.CAPTURE, interval);
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
    }
}
