package sharebuf.tck;

import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** A stream through one queue. */
final class VideoWork implements DeviceWork {
    private final VideoDevice video;
    private final Queue queue;
    /** Slots that the application has. */
    private final TreeSet<Integer> free = new TreeSet<>();
    private boolean begun;

    VideoWork(VideoDevice video, Queue queue) {
        this.video = video;
        this.queue = queue;
    }

    @Override
    public void begin(Attached attached) throws Exception {
        Optional<PixelFormat> format = attached.spec().format();
        if (format.isPresent()) {
            PixelFormat variant = PixelFormat.known().stream().filter(f -> f.base().equals(format.get().base()) && f.objects() == attached.layout().objects().size()).findFirst().orElseThrow();
            video.setFormat(queue, variant, attached.spec().width(), attached.spec().height(), attached.layout().planes().getFirst().pitch());
        } else {
            video.setBitstream(queue, attached.spec().bytes());
        }
        begun = true;
        int slots = video.requestBuffers(queue, Memory.DMABUF, attached.buffers().size());
        for (int i = 0; i < slots; i++) {
            free.add(i);
        }
        while (!free.isEmpty()) {
            goOn(attached);
        }
        video.streamOn(queue);
    }

    @Override
    public void goOn(Attached attached) throws Exception {
        if (!free.isEmpty()) {
            int slot = free.first();
            if (queue == Queue.OUTPUT) {
                video.setPayload(queue, slot, attached.layout().objects());
            }
            video.queue(queue, slot, attached.buffers().get(slot));
            free.remove(slot);
        }
    }

    @Override
    public void collect() throws Exception {
        for (Optional<Dequeued> done = video.dequeue(queue, Duration.ZERO); done.isPresent(); done = video.dequeue(queue, Duration.ZERO)) {
            free.add(done.get().index());
        }
    }

    @Override
    public void await(Duration limit) throws Exception {
        video.dequeue(queue, limit);
    }

    @Override
    public void end() throws Exception {
        if (begun) {
            video.streamOff(queue);
            video.requestBuffers(queue, Memory.DMABUF, 0);
        }
        begun = false;
        free.clear();
    }
}
