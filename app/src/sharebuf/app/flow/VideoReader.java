package sharebuf.app.flow;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import sharebuf.device.UseId;
import sharebuf.node.DeviceException;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Queue;

/**
 * The output queue of a video device: reads the buffers of a set. Several may be queued at once. A device that only shows pictures may
 * keep the last ones until others come; those it gives back when its stream is stopped.
 */
final class VideoReader implements Reader {
    private final VideoDevice device;
    private final UseId use;
    private final Flow flow;
    private final Optional<Album> album;
    private final boolean shows;
    private final Set<Integer> inside = ConcurrentHashMap.newKeySet();
    private final Semaphore queued = new Semaphore(0);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong returned = new AtomicLong();
    private volatile boolean finishing;
    private boolean off;
    private Work work;

    /**
     * A reader.
     *
     * @param album keeps what it read; empty when nobody wants it
     * @param shows whether it is a device that only shows pictures
     */
    VideoReader(VideoDevice device, UseId use, Flow flow, Optional<Album> album, boolean shows) {
        this.album = album;
        this.shows = shows;
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
        work = Work.atDevice(use.toString(), flow, this::run);
    }

    @Override
    public void accept(int index, long number) {
        try {
            inside.add(index);
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
                returned(done.get().index());
                continue;
            }
            queued.release();
            if (finishing && shows && System.nanoTime() - progress > Limits.LINGER.toNanos()) {
                device.streamOff(Queue.OUTPUT);
                for (int index : inside.toArray(Integer[]::new)) {
                    returned(index);
                }
                return;
            }
            if (System.nanoTime() - progress > Limits.STALL.toNanos()) {
                throw new FlowFailure(use + ": keeps a buffer for more than " + Limits.STALL.toSeconds() + " s", null);
            }
        }
    }

    private void returned(int index) {
        inside.remove(index);
        returned.incrementAndGet();
        album.ifPresent(a -> a.add(index));
        flow.released(index);
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
