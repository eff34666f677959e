package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sharebuf.importer.v4l2.Given.buffer;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** What the driver does not import is refused when it is attached, and the queue is afterwards what it was. */
class ImportTrialTest {
    private static final UseId CAM = new UseId("cam", "cam");
    private static final int CAPTURE = V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;

    private final FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12, PixelFormat.NV12M);
    private final CountedFences fences = new CountedFences();

    private Video video() throws DeviceException {
        return new Video(node, fences, new KeptNotes(), "pid", "", 0, 0);
    }

    private static Attached two(int count) {
        return Given.attached(1, CAM, PixelFormat.NV12M, 1, 1, 1, count);
    }

    private VideoQueue queue(Video video) throws DeviceException {
        return video.side(Queue.CAPTURE, V4l2.VIDIOC_QBUF).slots();
    }

    @Test
    void shouldLetTheDriverImportEveryObjectAndLeaveNothing() throws Exception {
        Video video = video();
        video.side(Queue.CAPTURE, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12, 1280, 720, 0);
        byte[] before = node.set.get(CAPTURE);
        assertThat(video.attach(two(3)).isOk()).isTrue();
        assertThat(node.imports).isEqualTo(6);
        assertThat(node.slots(CAPTURE)).isEmpty();
        assertThat(node.set.get(CAPTURE)).isEqualTo(before);
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldTryAsManyAsAQueueHasSlotsAtATime() throws Exception {
        assertThat(video().attach(two(V4l2.VIDEO_MAX_FRAME + 5)).isOk()).isTrue();
        assertThat(node.imports).isEqualTo(2 * (V4l2.VIDEO_MAX_FRAME + 5));
        assertThat(node.log.stream().filter("VIDIOC_REQBUFS"::equals)).hasSize(4);
        assertThat(node.slots(CAPTURE)).isEmpty();
    }

    @Test
    void shouldRefuseWithTheErrnoAndSayWhatWasFoundAndNeeded() throws Exception {
        Video video = video();
        node.unimportable.put(FakeVideoNode.fd(2, 1), Errno.EFAULT);
        Refusal refusal = video.attach(two(3)).why().orElseThrow();
        assertThat(refusal).extracting(Refusal::errno, Refusal::device, Refusal::use, Refusal::constraint)
            .containsExactly(Errno.EFAULT, "cam", "cam", "VIDIOC_PREPARE_BUF");
        assertThat(refusal.found()).isEqualTo("buffer b2 of 2 objects with 307200 + 153600 bytes for cam");
        assertThat(refusal.needed()).contains("one piece for the device");
        assertThat(node.slots(CAPTURE)).isEmpty();
        assertThatThrownBy(() -> queue(video).queue(0, buffer(1))).hasMessageContaining("not attached");
    }

    @Test
    void shouldNotDisturbAQueueThatIsInUse() throws Exception {
        Video video = video();
        assertThat(video.attach(two(2)).isOk()).isTrue();
        video.side(Queue.CAPTURE, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12M, 640, 480, 0);
        queue(video).requestBuffers(Memory.DMABUF, 2);
        queue(video).streamOn();
        queue(video).queue(0, buffer(1));
        node.unimportable.put(FakeVideoNode.fd(5, 0), Errno.EFAULT);
        node.log.clear();
        assertThat(video.attach(Given.attached(2, CAM, PixelFormat.NV12M, 1, 1, 5, 1)).isOk()).isTrue();
        assertThat(node.log).containsOnly("VIDIOC_TRY_FMT");
        assertThat(node.slots(CAPTURE)).hasSize(2);
        assertThatThrownBy(() -> queue(video).queue(1, buffer(5))).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.EFAULT);
            assertThat(e).hasMessageContaining("slot 1: buffer b5 of 2 objects with 307200 + 153600 bytes for cam; memory that is one piece");
        });
        assertThat(fences.open(buffer(5))).isZero();
    }

    @Test
    void shouldLeaveAQueueOfAnotherProcessAlone() throws Exception {
        for (long request : new long[] {V4l2.VIDIOC_S_FMT, V4l2.VIDIOC_REQBUFS}) {
            node.fail(request, Errno.EBUSY);
            assertThat(video().attach(two(1)).isOk()).isTrue();
        }
        assertThat(node.imports).isZero();
    }

    @Test
    void shouldPassOnWhatIsNoRefusalOfTheMemory() throws Exception {
        node.fail(V4l2.VIDIOC_REQBUFS, Errno.ENOMEM);
        assertThat(video().attach(two(1)).why().map(Refusal::errno)).contains(Errno.ENOMEM);
        node.fail(V4l2.VIDIOC_REQBUFS, Errno.EINVAL); // a queue that takes no dma-bufs
        assertThat(video().attach(two(1)).why().map(Refusal::needed)).contains("a queue that takes dma-bufs");
        node.fail(V4l2.VIDIOC_G_FMT, Errno.ENODEV);
        assertThat(video().attach(two(1)).why().map(Refusal::errno)).contains(Errno.ENODEV);
    }

    @Test
    void shouldDoWithoutWhereTheDriverHasNoSuchIoctl() throws Exception {
        node.prepares = false;
        node.unimportable.put(FakeVideoNode.fd(1, 0), Errno.EFAULT);
        assertThat(video().attach(two(1)).isOk()).isTrue();
        assertThat(node.slots(CAPTURE)).isEmpty();
    }

    @Test
    void shouldNotSetTheFormatOfACodec() throws Exception {
        FakeVideoNode encoder = FakeVideoNode.encoder();
        int output = V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
        Video video = new Video(encoder, fences, new KeptNotes(), "pid", "", 0, 0);
        video.side(Queue.OUTPUT, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12, 1920, 1080, 0);
        Attached small = Given.attached(1, new UseId("cam", "output"), PixelFormat.NV12, 1, 1, 1, 1);
        encoder.log.clear();
        assertThat(video.attach(small).isOk()).isTrue();
        assertThat(encoder.log).as("what is set does not fit").doesNotContain("VIDIOC_S_FMT", "VIDIOC_PREPARE_BUF");
        video.side(Queue.OUTPUT, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12, 640, 480, 0);
        encoder.unimportable.put(FakeVideoNode.fd(1, 0), Errno.EINVAL);
        assertThat(video.attach(small).why().map(Refusal::errno)).contains(Errno.EINVAL);
        assertThat(encoder.slots(output)).isEmpty();
    }

    @Test
    void shouldNeverPollAQueueWithoutBuffers() throws Exception {
        Video video = video();
        assertThat(video.attach(two(1)).isOk()).isTrue();
        assertThatThrownBy(() -> video.side(Queue.CAPTURE, V4l2.VIDIOC_DQBUF).dequeuer().dequeue(Duration.ofSeconds(60)))
            .isInstanceOf(DeviceException.class).hasMessageContaining("EINVAL");
        assertThat(node.readEmulated).isFalse();
    }

    @Test
    void shouldImportADmaBufOnceForTheIndexItStaysAt() throws Exception {
        Video video = video();
        assertThat(video.attach(two(2)).isOk()).isTrue();
        video.side(Queue.CAPTURE, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12M, 640, 480, 0);
        VideoQueue queue = queue(video);
        queue.requestBuffers(Memory.DMABUF, 2);
        queue.streamOn();
        node.imports = 0;
        for (int frame = 0; frame < 10; frame++) {
            queue.queue(frame % 2, buffer(1 + frame % 2));
            node.finish(CAPTURE);
            assertThat(queue.dequeueNow()).isPresent();
        }
        assertThat(node.imports).isEqualTo(4);
    }

    @Test
    void shouldCompleteEveryFenceWhenTheDeviceIsGone() throws Exception {
        for (long last : new long[] {V4l2.VIDIOC_DQBUF, V4l2.VIDIOC_QBUF, V4l2.VIDIOC_STREAMON, V4l2.VIDIOC_STREAMOFF, V4l2.VIDIOC_REQBUFS}) {
            FakeVideoNode one = FakeVideoNode.camera(true, PixelFormat.NV12M);
            CountedFences its = new CountedFences();
            Video video = new Video(one, its, new KeptNotes(), "pid", "", 0, 0);
            assertThat(video.attach(two(3)).isOk()).isTrue();
            video.side(Queue.CAPTURE, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12M, 640, 480, 0);
            VideoQueue queue = queue(video);
            queue.requestBuffers(Memory.DMABUF, 3);
            queue.streamOn();
            queue.queue(0, buffer(1));
            queue.queue(1, buffer(2));
            one.unplugged = true;
            assertThatThrownBy(() -> {
                switch ((int) last) {
                    case (int) V4l2.VIDIOC_DQBUF -> queue.dequeueNow();
                    case (int) V4l2.VIDIOC_QBUF -> queue.queue(2, buffer(3));
                    case (int) V4l2.VIDIOC_STREAMON -> queue.streamOn();
                    case (int) V4l2.VIDIOC_STREAMOFF -> queue.streamOff();
                    default -> queue.requestBuffers(Memory.DMABUF, 0);
                }
            }).as(V4l2.nameOf(last)).isInstanceOf(DeviceException.class).hasMessageContaining("ENODEV");
            assertThat(List.of(its.open(buffer(1)), its.open(buffer(2)), its.open(buffer(3)), its.tooMany())).as(V4l2.nameOf(last)).containsOnly(0);
            assertThatThrownBy(() -> video.side(Queue.CAPTURE, last).dequeuer().dequeue(Duration.ofSeconds(60))).hasMessageContaining("ENODEV");
        }
    }
}
