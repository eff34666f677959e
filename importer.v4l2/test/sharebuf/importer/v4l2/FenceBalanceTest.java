package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static sharebuf.importer.v4l2.Given.buffer;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.plugin.Live;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/**
 * After any sequence of right and wrong calls, failing ioctls and swaps, exactly as many fences of a buffer are begun as slots of the
 * driver have it. The model is the driver itself.
 */
class FenceBalanceTest {
    private static final int BUFFERS = 4;
    private static final long[] FALLIBLE = {V4l2.VIDIOC_QBUF, V4l2.VIDIOC_DQBUF, V4l2.VIDIOC_STREAMON, V4l2.VIDIOC_STREAMOFF,
        V4l2.VIDIOC_REQBUFS};
    private static final Errno[] ERRNOS = {Errno.EINVAL, Errno.ENOMEM, Errno.EBUSY, Errno.EIO, Errno.EAGAIN};

    @Test
    void shouldBalanceUnderErrors() throws Exception {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("FenceBalanceTest: -Dsharebuf.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            play(random, random.nextBoolean(), "seed " + seed + " round " + round);
        }
    }

    private void play(Random random, boolean multiplanar, String what) throws DeviceException {
        PixelFormat format = multiplanar ? PixelFormat.NV12M : PixelFormat.YUYV;
        int type = multiplanar ? V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE;
        FakeVideoNode node = FakeVideoNode.camera(multiplanar, format);
        CountedFences fences = new CountedFences();
        Attached attached = Given.attached(1, new UseId("cam", "cam"), format, 1, 1, 1, BUFFERS);
        Video video = new Video(node, fences, new KeptNotes(), "pid", "", 0, 0);
        assertThat(video.attach(attached).isOk()).isTrue();
        video.side(Queue.CAPTURE, V4l2.VIDIOC_S_FMT).format().setFormat(format, 640, 480, 0);
        int refused = 0;
        for (int step = 0; step < 60; step++) {
            VideoQueue queue = video.side(Queue.CAPTURE, V4l2.VIDIOC_QBUF).slots();
            if (random.nextInt(5) == 0) {
                node.fail(FALLIBLE[random.nextInt(FALLIBLE.length)], ERRNOS[random.nextInt(ERRNOS.length)]);
            }
            boolean swapped = false;
            try {
                switch (random.nextInt(12)) {
                    case 0 -> queue.requestBuffers(random.nextInt(4) == 0 ? Memory.MMAP : Memory.DMABUF, random.nextInt(5));
                    case 1 -> queue.streamOff();
                    case 2 -> queue.streamOn();
                    case 3 -> queue.queue(random.nextInt(4));
                    case 4, 5 -> node.finish(type);
                    case 6, 7 -> queue.dequeueNow();
                    case 8 -> {
                        swapped = true;
                        if (random.nextBoolean()) { // the old instance failed right after it began a fence
                            fences.begin(attached.use(), buffer(1 + random.nextInt(BUFFERS)));
                        }
                        boolean fresh = random.nextBoolean();
                        video = fresh ? new Video(node, fences, new KeptNotes(), "pid", "", 0, 0) : video;
                        video.adopt(new Live(List.of(), List.of(), List.of(attached)).attachments());
                    }
                    default -> queue.queue(random.nextInt(6) - 1, buffer(1 + random.nextInt(BUFFERS + 1)));
                }
            } catch (DeviceException e) {
                refused++;
            }
            node.heal();
            if (!swapped) {
                assertThat(fences.tooMany()).as(what + " step " + step).isZero();
            }
            fences.tooMany();
            for (int b = 1; b <= BUFFERS; b++) {
                int fd = FakeVideoNode.fd(b, 0);
                long held = node.slots(type).stream().filter(s -> s.memory == V4l2.V4L2_MEMORY_DMABUF && s.state != FakeVideoNode.State.DEQUEUED
                    && s.fds[0] == fd).count();
                if (swapped) { // what was begun beside a job in flight is not told apart, and ends with the next
                    while (fences.open(buffer(b)) > held && held > 0) {
                        fences.complete(attached.use(), buffer(b));
                    }
                }
                assertThat(fences.open(buffer(b))).as(what + " step " + step + " " + buffer(b)).isEqualTo((int) held);
            }
        }
        assertThat(refused).as(what + ": the errors were played").isPositive();
    }
}
