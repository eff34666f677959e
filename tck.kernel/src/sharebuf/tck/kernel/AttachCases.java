package sharebuf.tck.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.SharedBuffer;
import sharebuf.tck.kernel.VideoQueues.Under;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Format;
import sharebuf.video.VideoDevice.Memory;

/** What attaching does to a queue: the driver imports every buffer on trial, and the queue is afterwards what it was. Stateless. */
final class AttachCases {
    private static final long MIB = 1 << 20;
    private static final int COUNT = 3;
    private static final Duration LONG = Duration.ofSeconds(1);

    private AttachCases() {
    }

    static List<Case> all() {
        List<Need> needs = List.of(Need.VIDEO, Need.UDMABUF);
        return List.of(new Case("v4l2/attach", Level.API, "a trial by PREPARE_BUF leaves format and queue as they were", needs, stage -> VideoQueues.each(stage, AttachCases::attach)),
                new Case("v4l2/attach_busy", Level.API, "a queue that is in use is not disturbed by a trial", needs, stage -> VideoQueues.each(stage, AttachCases::busy)),
                new Case("v4l2/wait_without_buffers", Level.API, "a wait on a queue without buffers is refused and starts no read(2)", List.of(Need.VIDEO),
                        stage -> VideoQueues.each(stage, AttachCases::waits)));
    }

    private static Outcome<BufferSet> allocate(Stage stage, Under under, int count) throws Exception {
        return stage.session().allocateFor(BufferSpec.picture(under.picture().format(), under.width(), under.height()).count(count), List.of(under.use()));
    }

    /** Whatever the driver says to the memory: the format of before is set, and another file can have the queue. */
    private static String attach(Stage stage, Under under) throws Exception {
        stage.pool(16 * MIB);
        under.set();
        Format before = under.device().setFormat(under.queue(), under.picture().format(), under.picture().sizes().maxWidth(), under.picture().sizes().maxHeight(), 0);
        Outcome<BufferSet> outcome = allocate(stage, under, COUNT);
        try (VideoFile other = new VideoFile(under.node(), under.type())) {
            long[] sizes = other.sizes();
            for (int i = 0; i < sizes.length; i++) {
                CaseFailed.unless(sizes[i] == before.planes().get(i).sizeImage(), "plane " + i + " needs " + sizes[i] + " bytes after the trial, before it was "
                        + before.planes().get(i).sizeImage());
            }
            CaseFailed.unless(other.request(V4l2.V4L2_MEMORY_MMAP, 0) == 0, "the queue is not free");
            under.set();
            other.request(V4l2.V4L2_MEMORY_DMABUF, 1); // it has no owner
            other.request(V4l2.V4L2_MEMORY_DMABUF, 0);
        }
        if (outcome instanceof Outcome.No<BufferSet>(var why)) {
            // Pages that are scattered, where the driver wants one piece; which it is, is luck.
            CaseFailed.unless(why.errno() == Errno.EFAULT && why.message().contains("VIDIOC_PREPARE_BUF"), "refused, but not by the trial: " + why.message());
            return "refuses the pool (EFAULT)";
        }
        return "";
    }

    /** Frames come on while another set is attached. */
    private static String busy(Stage stage, Under under) throws Exception {
        stage.pool(16 * MIB);
        Optional<BufferSet> first = allocate(stage, under, COUNT).asOptional();
        if (first.isEmpty()) {
            throw new Skipped("refuses the pool");
        }
        under.set();
        int slots = under.device().requestBuffers(under.queue(), Memory.DMABUF, COUNT);
        List<SharedBuffer> buffers = first.get().buffers();
        for (int i = 0; i < COUNT; i++) {
            under.device().queue(under.queue(), i, buffers.get(i).id());
        }
        under.device().streamOn(under.queue());
        try (BufferSet second = allocate(stage, under, 1).orThrow()) {
            for (int i = 0; i < slots; i++) {
                under.device().query(under.queue(), i); // all are there
            }
            CaseFailed.unless(second.buffers().size() == 1, "no second set");
        }
        under.device().streamOff(under.queue());
        return "";
    }

    /** On a real queue a poll would make buffers for read(2), and the format could not be set any more. */
    private static String waits(Stage stage, Under under) throws Exception {
        under.set();
        VideoFile.refused("a frame of a queue without buffers", Errno.EINVAL, () -> under.device().dequeue(under.queue(), LONG));
        under.device().requestBuffers(under.queue(), Memory.MMAP, 2);
        VideoFile.refused("a frame of a queue that does not stream", Errno.EINVAL, () -> under.device().dequeue(under.queue(), LONG));
        under.device().requestBuffers(under.queue(), Memory.MMAP, 0);
        under.set();
        return "";
    }
}
