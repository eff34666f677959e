package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sharebuf.importer.v4l2.Given.buffer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.RefusedException;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;
import sharebuf.video.VideoDevice.State;

/** What goes to the driver and what comes back. */
class VideoQueueTest {
    private static final UseId CAM = new UseId("cam", "cam");
    private static final int CAPTURE = V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;

    private final FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12, PixelFormat.NV12M);
    private final CountedFences fences = new CountedFences();
    private final Attached attached = Given.attached(1, CAM, PixelFormat.NV12M, 1, 1, 1, 4);

    private Video.Side side(Video video, Queue queue) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_QBUF);
    }

    private Video.Side capture() throws DeviceException {
        Video video = new Video(node, fences, new KeptNotes(), "pid", "", 0, 0);
        assertThat(video.attach(attached).isOk()).isTrue();
        side(video, Queue.CAPTURE).format().setFormat(PixelFormat.NV12M, 640, 480, 0);
        return side(video, Queue.CAPTURE);
    }

    private static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void shouldPointToOnePlanePerObject() throws Exception {
        VideoQueue queue = capture().slots();
        assertThat(queue.requestBuffers(Memory.DMABUF, 3)).isEqualTo(3);
        queue.queue(2, buffer(4));
        FakeVideoNode.Slot slot = node.slots(CAPTURE).get(2);
        assertThat(slot.fds).startsWith(FakeVideoNode.fd(4, 0), FakeVideoNode.fd(4, 1), 0);
        assertThat(slot.lengths).as("a whole dma-buf").startsWith(node.dmaBufSize, node.dmaBufSize, 0);
        assertThat(slot.used).startsWith(0, 0);
        assertThat(queue.query(2)).isEqualTo(State.QUEUED);
        queue.streamOn();
        node.finish(CAPTURE);
        assertThat(queue.query(2)).isEqualTo(State.DONE);
        assertThat(queue.dequeueNow()).contains(new Dequeued(2, 7, 2_000_003_000L, List.of(11L, 12L), false, false));
        assertThat(queue.query(2)).isEqualTo(State.DEQUEUED);
    }

    @Test
    void shouldSpeakSinglePlanar() throws Exception {
        FakeVideoNode single = FakeVideoNode.camera(false, PixelFormat.YUYV);
        Video video = new Video(single, fences, new KeptNotes(), "pid", "", 0, 0);
        assertThat(video.attach(Given.attached(1, CAM, PixelFormat.YUYV, 1, 1, 1, 1)).isOk()).isTrue();
        VideoQueue queue = side(video, Queue.CAPTURE).slots();
        side(video, Queue.CAPTURE).format().setFormat(PixelFormat.YUYV, 640, 480, 0);
        queue.requestBuffers(Memory.DMABUF, 1);
        queue.streamOn();
        queue.queue(0, buffer(1));
        assertThat(single.slots(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE).getFirst().fds[0]).isEqualTo(FakeVideoNode.fd(1, 0));
        single.finish(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE);
        assertThat(queue.dequeueNow().orElseThrow().bytesUsed()).containsExactly(11L);
    }

    @Test
    void shouldSendThePayloadOnceAndElseTheWhole() throws Exception {
        FakeVideoNode encoder = FakeVideoNode.encoder();
        Video video = new Video(encoder, fences, new KeptNotes(), "pid", "", 0, 0);
        UseId use = new UseId("cam", "output");
        assertThat(video.attach(Given.attached(1, use, PixelFormat.NV12, 1, 1, 1, 1)).isOk()).isTrue();
        VideoQueue queue = side(video, Queue.OUTPUT).slots();
        queue.requestBuffers(Memory.DMABUF, 2);
        queue.setPayload(0, List.of(99L));
        queue.queue(0, buffer(1));
        queue.queue(1, buffer(1));
        List<FakeVideoNode.Slot> slots = encoder.slots(V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE);
        assertThat(slots.get(0).used[0]).isEqualTo(99);
        assertThat(slots.get(1).used[0]).isEqualTo(640 * 480 * 3 / 2);
        assertErrno(Errno.EINVAL, () -> queue.setPayload(2, List.of(1L)));
        assertErrno(Errno.EINVAL, () -> queue.setPayload(0, List.of(-1L)));
        assertErrno(Errno.EINVAL, () -> side(video, Queue.CAPTURE).slots().setPayload(0, List.of(1L)));
    }

    @Test
    void shouldPassOnThatSomebodyElsesFenceDidNotCome() throws Exception {
        VideoQueue queue = capture().slots();
        queue.requestBuffers(Memory.DMABUF, 2);
        fences.held.add(buffer(1));
        assertThatThrownBy(() -> queue.queue(0, buffer(1))).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.refusal().errno()).isEqualTo(Errno.ETIMEDOUT));
        assertThat(queue.query(0)).isEqualTo(State.DEQUEUED);
        assertThat(fences.open(buffer(1))).isZero();
        fences.held.clear();
        queue.queue(0, buffer(1));
        assertThat(queue.query(0)).isEqualTo(State.QUEUED);
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldPassErrnosOnAndLeaveNoFenceBehind() throws Exception {
        VideoQueue queue = capture().slots();
        queue.requestBuffers(Memory.DMABUF, 2);
        assertErrno(Errno.EINVAL, () -> queue.queue(2, buffer(1)));
        assertErrno(Errno.EINVAL, () -> queue.queue(-1, buffer(1)));
        assertThatThrownBy(() -> queue.queue(0, buffer(9))).hasMessageContaining("b9 is not attached to cam");
        assertErrno(Errno.EINVAL, () -> queue.queue(0));
        node.fail(V4l2.VIDIOC_QBUF, Errno.ENOMEM);
        assertErrno(Errno.ENOMEM, () -> queue.queue(0, buffer(1)));
        assertThat(fences.open(buffer(1))).isZero();
        queue.queue(0, buffer(1));
        assertErrno(Errno.EINVAL, () -> queue.queue(0, buffer(1)));
        assertThat(fences.open(buffer(1))).isEqualTo(1);
        node.fail(V4l2.VIDIOC_DQBUF, Errno.EPIPE);
        assertErrno(Errno.EPIPE, queue::dequeueNow);
        node.fail(V4l2.VIDIOC_STREAMON, Errno.EINVAL);
        assertErrno(Errno.EINVAL, queue::streamOn);
        node.fail(V4l2.VIDIOC_REQBUFS, Errno.EBUSY);
        assertErrno(Errno.EBUSY, () -> queue.requestBuffers(Memory.DMABUF, 0));
        assertThat(fences.open(buffer(1))).isEqualTo(1);
        queue.requestBuffers(Memory.DMABUF, 0);
        assertThat(fences.open(buffer(1))).isZero();
        assertErrno(Errno.EINVAL, () -> queue.requestBuffers(Memory.DMABUF, -1));
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldTellDamagedFramesAndTheLastOne() throws Exception {
        VideoQueue queue = capture().slots();
        queue.requestBuffers(Memory.DMABUF, 1);
        queue.streamOn();
        for (int flags : new int[] {0, V4l2.V4L2_BUF_FLAG_ERROR, V4l2.V4L2_BUF_FLAG_LAST}) {
            queue.queue(0, buffer(1));
            node.finish(CAPTURE);
            node.doneFlags = flags;
            Dequeued done = queue.dequeueNow().orElseThrow();
            assertThat(done.error()).isEqualTo(flags == V4l2.V4L2_BUF_FLAG_ERROR);
            assertThat(done.last()).isEqualTo(flags == V4l2.V4L2_BUF_FLAG_LAST);
            assertThat(fences.open(buffer(1))).as("a damaged frame gives its buffer back too").isZero();
        }
    }

    @Test
    void shouldUseTheSlotsThatTheDriverMakesBeyondTheWish() throws Exception {
        VideoQueue queue = capture().slots();
        node.leastSlots = 3;
        assertThat(queue.requestBuffers(Memory.DMABUF, 1)).isEqualTo(3);
        queue.queue(2, buffer(1));
        assertErrno(Errno.EINVAL, () -> queue.queue(3, buffer(2)));
    }

    @Test
    void shouldFindNothingWithoutAnException() throws Exception {
        Video.Side side = capture();
        side.slots().requestBuffers(Memory.DMABUF, 1);
        side.slots().streamOn();
        side.slots().queue(0, buffer(1));
        assertThat(side.dequeuer().dequeue(Duration.ZERO)).isEmpty();
        assertThat(node.log).doesNotContain("poll");
        node.polls.add(0);
        assertThat(side.dequeuer().dequeue(Duration.ofSeconds(1))).isEmpty();
        side.slots().streamOff();
        side.slots().requestBuffers(Memory.DMABUF, 0);
        assertErrno(Errno.EINVAL, () -> side.dequeuer().dequeue(Duration.ofSeconds(1)));
    }

    @Test
    void shouldPollAgainWhenAnotherThreadWasFaster() throws Exception {
        Video.Side side = capture();
        side.slots().requestBuffers(Memory.DMABUF, 1);
        side.slots().streamOn();
        side.slots().queue(0, buffer(1));
        node.polls.addAll(List.of(DeviceNode.POLLIN, DeviceNode.POLLIN));
        int[] polled = {0};
        node.onPoll = () -> {
            if (++polled[0] == 2) {
                node.finish(CAPTURE);
            }
        };
        assertThat(side.dequeuer().dequeue(Duration.ofSeconds(60))).isPresent();
        assertThat(polled[0]).isEqualTo(2);
    }

    @Test
    void shouldSleepUntilSomethingIsQueuedWherePollingCannotWait() throws Exception {
        Video.Side side = capture();
        side.slots().requestBuffers(Memory.DMABUF, 1);
        side.slots().streamOn();
        node.polls.add(DeviceNode.POLLERR);
        CountDownLatch polled = new CountDownLatch(1);
        node.onPoll = polled::countDown;
        CompletableFuture<Optional<Dequeued>> waiting = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                waiting.complete(side.dequeuer().dequeue(Duration.ofSeconds(60)));
            } catch (DeviceException e) {
                waiting.completeExceptionally(e);
            }
        });
        assertThat(polled.await(10, TimeUnit.SECONDS)).isTrue();
        node.onPoll = () -> node.finish(CAPTURE);
        side.slots().queue(0, buffer(1));
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isPresent();
        thread.join();
    }

    @Test
    void shouldStopAStreamThatTouchesDetachedBuffers() throws Exception {
        Video video = new Video(node, fences, new KeptNotes(), "pid", "", 0, 0);
        video.attach(attached);
        VideoQueue queue = side(video, Queue.CAPTURE).slots();
        side(video, Queue.CAPTURE).format().setFormat(PixelFormat.NV12M, 640, 480, 0);
        queue.requestBuffers(Memory.DMABUF, 2);
        queue.streamOn();
        queue.queue(0, buffer(1));
        node.finish(CAPTURE);
        queue.dequeueNow();
        node.log.clear();
        queue.queue(0, buffer(2));
        video.detach(attached);
        assertThat(node.log).contains("VIDIOC_STREAMOFF");
        assertThat(fences.open(buffer(2))).isZero();
        assertErrno(Errno.EINVAL, () -> queue.queue(0, buffer(2)));
    }

    @Test
    void shouldDrainACodecThatMayStillReadWhatItGaveBack() throws Exception {
        FakeVideoNode encoder = FakeVideoNode.encoder();
        Video video = new Video(encoder, fences, new KeptNotes(), "pid", "", 0, 0);
        Attached bytes = Given.bytes(1, new UseId("cam", "capture"), 4096, 1, 1);
        assertThat(video.attach(bytes).isOk()).isTrue();
        VideoQueue queue = side(video, Queue.CAPTURE).slots();
        queue.requestBuffers(Memory.DMABUF, 1);
        queue.streamOn();
        queue.queue(0, buffer(1));
        encoder.finish(CAPTURE);
        queue.dequeueNow();
        video.detach(bytes);
        assertThat(encoder.log).contains("VIDIOC_STREAMOFF");
        encoder.log.clear();
        video.detach(bytes);
        assertThat(encoder.log).as("the stream is stopped already").isEmpty();
    }

    @Test
    void shouldMapMemoryOfTheDriverOnce() throws Exception {
        VideoQueue queue = capture().slots();
        queue.requestBuffers(Memory.DMABUF, 1);
        assertErrno(Errno.EINVAL, () -> queue.map(0, 0));
        queue.requestBuffers(Memory.MMAP, 1);
        queue.queue(0);
        assertThat(queue.map(0, 0)).isSameAs(queue.map(0, 0));
        assertErrno(Errno.EINVAL, () -> queue.map(0, 8));
        assertErrno(Errno.EINVAL, () -> queue.map(1, 0));
    }
}
