package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static sharebuf.importer.v4l2.Given.buffer;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** A successor rehearses while its predecessor has buffers at the driver. */
class RehearsalTest {
    private static final int CAPTURE = V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;

    private final FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12);
    private final CountedFences fences = new CountedFences();
    private final KeptNotes notes = new KeptNotes();
    private final Attached attached = Given.attached(1, new UseId("cam", "cam"), PixelFormat.NV12, 1, 1, 1, 3);

    private List<List<Integer>> slots() {
        return node.slots(CAPTURE).stream().map(s -> Arrays.stream(s.fds).boxed().toList()).toList();
    }

    @Test
    void shouldAskTheDriverAndChangeNothing() throws Exception {
        Video video = new Video(node, fences, notes, "pid", "", 0, 0);
        assertThat(video.attach(attached).isOk()).isTrue();
        video.side(Queue.CAPTURE, V4l2.VIDIOC_S_FMT).format().setFormat(PixelFormat.NV12, 640, 480, 0);
        VideoQueue queue = video.side(Queue.CAPTURE, V4l2.VIDIOC_QBUF).slots();
        queue.requestBuffers(Memory.DMABUF, 3);
        queue.streamOn();
        queue.queue(0, buffer(1));
        queue.queue(1, buffer(2));
        fences.moving.add(buffer(3));
        queue.queue(2, buffer(3)); // waits for the end of a move, and a note says so
        List<List<Integer>> before = slots();
        assertThat(notes.count()).isEqualTo(1);

        Video successor = new Video(node, fences, notes, "pid", "", 0, 0);
        node.log.clear();
        successor.rehearse(List.of(attached), notes);
        assertThat(node.log).isNotEmpty().containsOnly("VIDIOC_TRY_FMT", "VIDIOC_QUERYBUF");
        assertThat(slots()).isEqualTo(before);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)), fences.open(buffer(3)), fences.tooMany())).containsExactly(1, 1, 0, 0);
        assertThat(notes.count()).isEqualTo(1);

        successor.adopt(List.of(attached));
        VideoQueue adopted = successor.side(Queue.CAPTURE, V4l2.VIDIOC_QBUF).slots();
        node.finish(CAPTURE);
        assertThat(adopted.dequeueNow().orElseThrow().index()).isZero();
        fences.moving.clear();
        successor.goOn(attached);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)), fences.open(buffer(3)))).containsExactly(0, 1, 1);
    }

    @Test
    void shouldEndWhereTheDeviceIsGone() throws Exception {
        Video successor = new Video(node, fences, notes, "pid", "", 0, 0);
        node.fail(V4l2.VIDIOC_QUERYBUF, Errno.ENODEV);
        successor.rehearse(List.of(attached), notes);
        assertThat(fences.tooMany()).isZero();
    }
}
