package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sharebuf.importer.v4l2.Given.buffer;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;
import sharebuf.video.VideoDevice.State;

/** A queue whose buffers are moved: the application goes on as if nothing was, and the driver never gets a buffer in the middle. */
class MovedQueueTest {
    private static final UseId CAM = new UseId("cam", "cam");
    private static final int CAPTURE = V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;

    private final FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12);
    private final CountedFences fences = new CountedFences();
    private final KeptNotes notes = new KeptNotes();
    private final Attached attached = Given.attached(1, CAM, PixelFormat.NV12, 1, 1, 1, 3);
    private Video video;
    private VideoQueue queue;

    @BeforeEach
    void stream() throws DeviceException {
        video = new Video(node, fences, notes, "pid", "", 0, 0);
        assertThat(video.attach(attached).isOk()).isTrue();
        queue = video.side(Queue.CAPTURE, V4l2.VIDIOC_QBUF).slots();
        video.side(Queue.CAPTURE, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12, 640, 480, 0);
        queue.requestBuffers(Memory.DMABUF, 3);
        queue.streamOn();
        node.log.clear();
    }

    private void moving(boolean on) {
        for (int b = 1; b <= 3; b++) {
            if (on) {
                fences.moving.add(buffer(b));
            } else {
                fences.moving.remove(buffer(b));
            }
        }
    }

    /** Everything is over and in other memory. */
    private void moved() throws DeviceException {
        moving(false);
        node.generation++;
        video.goOn(attached);
    }

    private int fd(int slot) {
        return node.slots(CAPTURE).get(slot).fds[0];
    }

    @Test
    void shouldKeepWhatIsQueuedMeanwhileAndQueueItInItsNewMemory() throws Exception {
        moving(true);
        queue.queue(2, buffer(3));
        queue.queue(0, buffer(1));
        assertThat(node.log).doesNotContain("VIDIOC_QBUF");
        assertThat(queue.query(2)).isEqualTo(State.QUEUED);
        assertThat(queue.dequeueNow()).isEmpty();
        assertThat(fences.open(buffer(3))).isZero();
        moved();
        assertThat(fd(2)).isEqualTo(FakeVideoNode.fd(3, 0) + FakeVideoNode.GENERATION);
        assertThat(fd(0)).isEqualTo(FakeVideoNode.fd(1, 0) + FakeVideoNode.GENERATION);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(3)))).containsExactly(1, 1);
        assertThat(notes.count()).isZero();
        node.finish(CAPTURE);
        assertThat(queue.dequeueNow().orElseThrow().index()).isZero();
        assertThat(fences.open(buffer(1))).isZero();
    }

    @Test
    void shouldTakeASlotOnceAsADriverDoes() throws Exception {
        queue.queue(1, buffer(2));
        moving(true);
        assertThatThrownBy(() -> queue.queue(1, buffer(3))).hasMessageContaining("queued already");
        queue.queue(0, buffer(1));
        assertThatThrownBy(() -> queue.queue(0, buffer(3))).hasMessageContaining("queued already");
        moved();
        assertThat(node.slots(CAPTURE).get(0).state).isEqualTo(FakeVideoNode.State.QUEUED);
    }

    @Test
    void shouldGoOnWithTheOldMemoryWhenTheMoveIsGivenUp() throws Exception {
        moving(true);
        queue.queue(0, buffer(1));
        moving(false);
        video.goOn(attached);
        assertThat(fd(0)).isEqualTo(FakeVideoNode.fd(1, 0));
        assertThat(fences.open(buffer(1))).isEqualTo(1);
    }

    @Test
    void shouldGiveWhatTheDriverRefusesAfterwardsBackAsDamaged() throws Exception {
        moving(true);
        queue.queue(0, buffer(1));
        queue.queue(1, buffer(2));
        node.fail(V4l2.VIDIOC_QBUF, Errno.EFAULT);
        moved();
        assertThat(queue.query(0)).isEqualTo(State.DONE);
        assertThat(queue.dequeueNow()).contains(new Dequeued(0, 0, 0, List.of(0L), true, false));
        assertThat(queue.query(0)).isEqualTo(State.DEQUEUED);
        assertThat(fences.open(buffer(1))).isZero();
        assertThat(fd(1)).isEqualTo(FakeVideoNode.fd(2, 0) + FakeVideoNode.GENERATION);
        queue.queue(0, buffer(1));
        assertThat(fences.open(buffer(1))).isEqualTo(1);
    }

    @Test
    void shouldForgetWhatWaitsWhenTheStreamStops() throws Exception {
        moving(true);
        queue.queue(0, buffer(1));
        queue.streamOff();
        moved();
        assertThat(node.log).doesNotContain("VIDIOC_QBUF");
        assertThat(queue.query(0)).isEqualTo(State.DEQUEUED);
        assertThat(notes.count()).isZero();
    }

    @Test
    void shouldLeaveToASuccessorWhatWaitsAndWhatTheDriverHasFromBefore() throws Exception {
        queue.queue(2, buffer(3));
        moving(true);
        queue.queue(0, buffer(1));
        Video second = new Video(node, fences, notes, "pid", "", 0, 0);
        second.adopt(List.of(attached));
        assertThat(node.slots(CAPTURE).get(0).state).as("it is still being moved").isEqualTo(FakeVideoNode.State.DEQUEUED);
        moving(false);
        node.generation++;
        second.goOn(attached);
        assertThat(fd(0)).isEqualTo(FakeVideoNode.fd(1, 0) + FakeVideoNode.GENERATION);
        Video third = new Video(node, fences, notes, "pid", "", 0, 0);
        third.adopt(List.of(attached));
        assertThat(fences.open(buffer(3))).as("the driver has it in the memory from before, whose descriptor nobody knows any more").isEqualTo(1);
        node.finish(CAPTURE);
        node.finish(CAPTURE);
        VideoQueue last = third.side(Queue.CAPTURE, V4l2.VIDIOC_QBUF).slots();
        assertThat(last.dequeueNow()).isPresent();
        assertThat(last.dequeueNow()).isPresent();
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(3)))).containsExactly(0, 0);
        assertThat(notes.count()).isZero();
    }

    @Test
    void shouldQueueAtAdoptionWhatWaitedWhenTheMoveIsOverAlready() throws Exception {
        moving(true);
        queue.queue(0, buffer(1));
        moving(false);
        node.generation++;
        new Video(node, fences, notes, "pid", "", 0, 0).adopt(List.of(attached));
        assertThat(fd(0)).isEqualTo(FakeVideoNode.fd(1, 0) + FakeVideoNode.GENERATION);
        assertThat(fences.open(buffer(1))).isEqualTo(1);
    }

    @Test
    void shouldKeepWhatACodecMayStillReadUntilItsSlotHasOtherMemory() throws Exception {
        FakeVideoNode codec = FakeVideoNode.encoder();
        Video coded = new Video(codec, fences, notes, "pid", "", 0, 0);
        Attached bytes = Given.bytes(1, new UseId("cam", "capture"), 4096, 1, 2);
        assertThat(coded.attach(bytes).isOk()).isTrue();
        VideoQueue slots = coded.side(Queue.CAPTURE, V4l2.VIDIOC_QBUF).slots();
        slots.requestBuffers(Memory.DMABUF, 2);
        slots.streamOn();
        slots.queue(0, buffer(1));
        slots.queue(1, buffer(2));
        codec.finish(CAPTURE);
        slots.dequeueNow();
        codec.generation++;
        coded.goOn(bytes);
        assertThat(fences.kept).containsExactly(buffer(1));
        codec.finish(CAPTURE);
        slots.dequeueNow();
        slots.queue(0, buffer(2));
        assertThat(fences.kept).isEmpty();
        slots.streamOff();
        coded.goOn(bytes);
        assertThat(fences.kept).as("a stream that stopped remembers nothing").isEmpty();
    }
}
