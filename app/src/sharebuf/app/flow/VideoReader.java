package sharebuf.app.flow;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import sharebuf.device.UseId;
import sharebuf.node.DeviceException;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Queue;

/** The output queue of a video device: reads the buffers of a set. Several may be queued at once. */
final class VideoReader implements Reader {
    private final VideoDevice device;
    private final UseId use;
    private final Flow flow;
    private final Semaphore queued = new Semaphore(0);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong returned = new AtomicLong();
    private volatile boolean finishing;
    private boolean off;
    private Work work;

    VideoReader(VideoDevice device, UseId use, Flow flow) {
        this.device = device;
        this.use = use;
        this.flow = flow;
    }

    @Override
    public UseId use() {
        return use;
    }

    /** How many buffers it was given. */
    long accepted() {
        return accepted.get();
    }

    @Override
    public void start() throws FlowFailure {
        try {
            int count = flow.buffers().size();
            int given = device.requestBuffers(Queue.OUTPUT, VideoDevice.Memory.DMABUF, count);
            if (given < count) {
                throw Limits.tooMany(use, count, given);
            }
            device.streamOn(Queue.OUTPUT);
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
        work = new Work(use.toString(), flow, this::run);
    }

    @Override
    public void accept(int index, long number) {
        try {
            device.queue(Queue.OUTPUT, index, flow.buffers().get(index).id());
            accepted.incrementAndGet();
            queued.release();
        } catch (DeviceException | RuntimeException e) {
            flow.fail(use.toString(), e);
        }
    }

    private void run() throws DeviceException, InterruptedException, FlowFailure {
        long progress = System.nanoTime();
        while (!flow.failed()) {
            boolean some = queued.tryAcquire(Limits.TICK.toMillis(), TimeUnit.MILLISECONDS);
            if (accepted.get() == returned.get()) {
                if (finishing) {
                    return;
                }
                progress = System.nanoTime();
            }
            if (!some) {
                continue;
            }
            Optional<VideoDevice.Dequeued> done = device.dequeue(Queue.OUTPUT, Limits.TICK);
            if (done.isPresent()) {
                progress = System.nanoTime();
                returned.incrementAndGet();
                flow.released(done.get().index());
                continue;
            }
            queued.release();
            if (System.nanoTime() - progress > Limits.STALL.toNanos()) {
                throw new FlowFailure(use + ": keeps a buffer for more than " + Limits.STALL.toSeconds() + " s", null);
            }
        }
    }

    @Override
    public void finish() throws FlowFailure {
        finishing = true;
        // Wakes the thread: it then sees that nothing is under way.
        queued.release();
        if (work != null) {
            work.join(use.toString());
        }
        if (off) {
            return;
        }
        off = true;
        try {
            device.streamOff(Queue.OUTPUT);
            device.requestBuffers(Queue.OUTPUT, VideoDevice.Memory.DMABUF, 0);
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
    }
}
