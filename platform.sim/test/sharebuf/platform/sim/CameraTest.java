package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static sharebuf.platform.sim.V4l2Client.errno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.sim.Faults.Fault;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Format;

@Timeout(60)
class CameraTest {
    private static final long BUS = 0xc000_0000L;
    private static final int W = 64;
    private static final int H = 48;
    private static final int PITCH = 96;
    private static final long SIZE = PITCH * H * 3 / 2;

    private final Board board = new Board();
    private SimNode node;
    private V4l2Client camera;

    @BeforeEach
    void plug() throws DeviceException {
        node = board.device(Map.of("sharebuf_device", "camera", "dmaRanges", new String[] {"0xc0000000 0x0 1GiB"}, "mask", "0xffffffff",
                "pitchAlign", 32, "formats", new String[] {"NV12", "YUYV"}));
        camera = V4l2Client.capture(node);
        camera.format(PixelFormat.NV12, W, H, 65);
        camera.fullSpeed();
    }

    @AfterEach
    void close() {
        board.close();
    }

    private ObjectId object(long... sizes) {
        ObjectId id = board.export(board.take(sizes));
        board.map("camera", id, BUS, Access.WRITE);
        return id;
    }

    /** Bytes that a frame of the source is made of: each the frame's number plus one. */
    private void numberedFrames(long count) {
        node.source.add((sequence, _, _, _, into) -> {
            into.fill((byte) (sequence + 1));
            return sequence < count;
        });
    }

    private byte luma(ObjectId id, int line) {
        return board.bytes(id).get(ValueLayout.JAVA_BYTE, (long) line * PITCH);
    }

    @Test
    void shouldRoundThePitchUpAndSayTheSize() throws DeviceException {
        V4l2Format f = camera.format(PixelFormat.NV12, W, H, 65);
        assertThat(f.pix().bytesPerLine()).isEqualTo(PITCH);
        assertThat(f.pix().sizeImage()).isEqualTo(SIZE);
        assertThat(camera.format(PixelFormat.XRGB8888, 1, 99_999, 0).pix().pixelFormat()).isEqualTo(PixelFormat.NV12.v4l2Fourcc());
        assertThat(camera.format(PixelFormat.YUYV, 1, 99_999, 0).pix().height()).isEqualTo(4096);
    }

    @Test
    void shouldRefuseTheWrongOrderAsVideobuf2Does() throws DeviceException {
        ObjectId id = object(8192);
        assertThat(errno(camera::on)).isEqualTo(Errno.EINVAL);
        assertThat(errno(camera::dequeueNow)).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> camera.queue(0, id))).isEqualTo(Errno.EINVAL);
        assertThat(node.poll(DeviceNode.POLLIN, Duration.ZERO)).isEqualTo(DeviceNode.POLLERR);
        assertThat(errno(() -> camera.request(V4l2.V4L2_MEMORY_USERPTR, 2))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> camera.request(V4l2.V4L2_MEMORY_MMAP, 2))).isEqualTo(Errno.ENOMEM);
        assertThat(camera.request(99)).isEqualTo(32);
        assertThat(camera.request(2)).isEqualTo(2);
        assertThat(errno(() -> camera.format(PixelFormat.NV12, W, H, 0))).isEqualTo(Errno.EBUSY);
        assertThat(errno(() -> camera.queue(2, id))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> camera.queue(-1, id))).isEqualTo(Errno.EINVAL);
        camera.queue(0, id);
        assertThat(errno(() -> camera.queue(0, id))).isEqualTo(Errno.EINVAL);
        assertThat(camera.flags(0) & V4l2.V4L2_BUF_FLAG_QUEUED).isNotZero();
        assertThat(camera.flags(1) & V4l2.V4L2_BUF_FLAG_QUEUED).isZero();
        camera.off();
        assertThat(camera.flags(0) & V4l2.V4L2_BUF_FLAG_QUEUED).isZero();
        camera.queue(0, id);
        camera.on();
        camera.on();
        assertThat(errno(() -> camera.request(2))).isEqualTo(Errno.EBUSY);
        assertThat(camera.dequeue().index()).isZero();
        assertThat(errno(camera::dequeueNow)).isEqualTo(Errno.EAGAIN);
        assertThat(node.poll(DeviceNode.POLLIN, Duration.ZERO)).isZero();
        V4l2Client other = V4l2Client.output(node);
        assertThat(errno(other::on)).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> node.ioctl(0x1234, camera.buffer(0).segment()))).isEqualTo(Errno.ENOTTY);
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_QBUF, Arena.ofAuto().allocate(8)))).isEqualTo(Errno.EFAULT);
        camera.off();
        assertThat(camera.request(0)).isZero();
        camera.format(PixelFormat.NV12, W, H, 0);
    }

    @Test
    void shouldRefuseMemoryThatDoesNotSuit() throws DeviceException {
        camera.request(1);
        ObjectId small = object(4096);
        ObjectId unmapped = board.export(board.take(8192));
        assertThat(errno(() -> camera.queue(0, small))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> camera.queue(0, unmapped))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_QBUF, camera.buffer(0).fd(4711).segment()))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_QBUF, camera.buffer(0).memory(V4l2.V4L2_MEMORY_MMAP).segment()))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> node.handle(new ObjectId(new sharebuf.buffer.BufferId(4711), 0)))).isEqualTo(Errno.ENOENT);
    }

    @Test
    void shouldWriteTheRowsOfAScatteredBufferAndNothingElse() throws DeviceException {
        numberedFrames(100);
        ObjectId id = object(4096, 4096);
        board.bytes(id).fill((byte) 0x55);
        camera.request(1);
        camera.queue(0, id);
        camera.on();
        V4l2Buffer b = camera.dequeue();
        assertThat(b.sequence()).isZero();
        assertThat(b.bytesUsed()).isEqualTo(SIZE);
        MemorySegment bytes = board.bytes(id);
        for (long at = 0; at < 8192; at++) {
            boolean picture = at < SIZE && at % PITCH < W;
            assertThat(bytes.get(ValueLayout.JAVA_BYTE, at)).as("byte %d", at).isEqualTo((byte) (picture ? 1 : 0x55));
        }
        camera.queue(0, id);
        assertThat(camera.dequeue().sequence()).isEqualTo(1);
        assertThat(luma(id, 0)).isEqualTo((byte) 2);
        assertThat(board.soc.stopped()).isEmpty();
    }

    @Test
    void shouldDrawColourBarsWithoutASource() throws DeviceException {
        ObjectId id = object(8192);
        camera.request(1);
        camera.queue(0, id);
        camera.on();
        camera.dequeue();
        byte[] first = board.bytes(id).asSlice(0, W).toArray(ValueLayout.JAVA_BYTE);
        camera.queue(0, id);
        camera.dequeue();
        byte[] second = board.bytes(id).asSlice(0, W).toArray(ValueLayout.JAVA_BYTE);
        assertThat(first[0]).isEqualTo((byte) 180);
        for (int x = 0; x < W; x++) {
            assertThat(second[x]).as("column %d", x).isEqualTo(first[(x + 1) % W]);
        }
    }

    @Test
    void shouldEndTheStreamWithAnEmptyLastBuffer() throws DeviceException {
        numberedFrames(2);
        camera.request(3);
        for (int i = 0; i < 3; i++) {
            camera.queue(i, object(8192));
        }
        camera.on();
        assertThat(camera.dequeue().flags() & V4l2.V4L2_BUF_FLAG_LAST).isZero();
        assertThat(camera.dequeue().bytesUsed()).isEqualTo(SIZE);
        V4l2Buffer last = camera.dequeue();
        assertThat(last.flags() & V4l2.V4L2_BUF_FLAG_LAST).isNotZero();
        assertThat(last.bytesUsed()).isZero();
        assertThat(errno(camera::dequeueNow)).isEqualTo(Errno.EPIPE);
        assertThat(node.poll(DeviceNode.POLLIN, Duration.ZERO)).isEqualTo(DeviceNode.POLLIN);
        camera.off();
        camera.queue(0, object(8192));
        camera.on();
        assertThat(camera.dequeue().sequence()).as("a new stream").isZero();
    }

    @Test
    void shouldLoseEveryNthFrame() throws DeviceException {
        board.soc.inject(Fault.DROP, 3);
        numberedFrames(100);
        ObjectId id = object(8192);
        camera.request(1);
        camera.on();
        for (long expected : new long[] {0, 1, 3, 4, 6, 7}) {
            camera.queue(0, id);
            assertThat(camera.dequeue().sequence()).isEqualTo(expected);
            assertThat(luma(id, 0)).isEqualTo((byte) (expected + 1));
        }
    }

    @Test
    void shouldSayDoneTooEarlyWithoutFence() throws DeviceException {
        board.soc.inject(Fault.NO_FENCE, 0);
        numberedFrames(100);
        ObjectId id = object(8192);
        camera.request(1);
        camera.on();
        camera.queue(0, id);
        camera.dequeue();
        assertThat(luma(id, 0)).isEqualTo((byte) 1);
        assertThat(luma(id, H / 2 - 1)).isEqualTo((byte) 1);
        assertThat(luma(id, H / 2)).as("not written yet").isZero();
        camera.queue(0, id);
        camera.dequeue();
        assertThat(luma(id, 0)).isEqualTo((byte) 2);
        assertThat(luma(id, H / 2)).as("written too late").isEqualTo((byte) 1);
    }

    @Test
    void shouldKeepPostedWritesWithoutSync() throws DeviceException {
        board.soc.inject(Fault.SKIP_SYNC, 0);
        numberedFrames(100);
        ObjectId id = object(8192);
        ObjectId other = object(8192);
        camera.request(2);
        camera.on();
        camera.queue(0, id);
        camera.dequeue();
        assertThat(luma(id, H - 17)).isEqualTo((byte) 1);
        assertThat(luma(id, H - 16)).as("posted").isZero();
        camera.queue(1, other);
        camera.dequeue();
        assertThat(luma(id, H - 1)).as("the next job fills another buffer").isZero();
        camera.queue(0, id);
        camera.dequeue();
        assertThat(luma(id, H - 1)).as("drained before the buffer is filled again").isEqualTo((byte) 1);
        board.soc.clear();
        camera.queue(0, id);
        camera.dequeue();
        assertThat(luma(id, H - 1)).isEqualTo((byte) 4);
    }

    @Test
    void shouldStopAJobWhoseMappingIsRemoved() throws DeviceException {
        ObjectId id = object(8192);
        node.source.add((_, _, _, _, into) -> {
            into.fill((byte) 7);
            board.unmap("camera", id, BUS);
            return true;
        });
        camera.request(1);
        camera.queue(0, id);
        camera.on();
        assertThat(camera.dequeue().flags() & V4l2.V4L2_BUF_FLAG_ERROR).isNotZero();
        assertThat(luma(id, 0)).isZero();
        assertThat(board.soc.stopped()).singleElement().satisfies(s -> {
            assertThat(s.device()).isEqualTo("camera");
            assertThat(s.message()).contains("camera: write of", "DMA address 0xc", "real hardware would have written", "bytes at CPU address 0x");
        });
    }

    @Test
    void shouldNotWriteThroughAMappingForReading() throws DeviceException {
        ObjectId id = board.export(board.take(8192));
        board.map("camera", id, BUS, Access.READ);
        camera.request(1);
        camera.queue(0, id);
        camera.on();
        assertThat(camera.dequeue().flags() & V4l2.V4L2_BUF_FLAG_ERROR).isNotZero();
        assertThat(luma(id, 0)).isZero();
        assertThat(board.soc.stopped()).hasSize(1);
    }

    @Test
    void shouldVanishInTheMiddleOfAJob() throws Exception {
        CountDownLatch drawing = new CountDownLatch(1);
        CountDownLatch unplugged = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        node.onGone(told::countDown);
        node.source.add((_, _, _, _, into) -> {
            into.fill((byte) 7);
            drawing.countDown();
            try {
                return unplugged.await(10, java.util.concurrent.TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                return false;
            }
        });
        ObjectId id = object(8192);
        camera.request(1);
        camera.queue(0, id);
        camera.on();
        drawing.await();
        board.soc.unplug("camera");
        unplugged.countDown();
        assertThat(told.getCount()).isZero();
        assertThat(errno(camera::dequeueNow)).isEqualTo(Errno.ENODEV);
        assertThat(errno(() -> node.poll(DeviceNode.POLLIN, V4l2Client.LONG))).isEqualTo(Errno.ENODEV);
        assertThat(errno(() -> node.handle(id))).isEqualTo(Errno.ENODEV);
        org.assertj.core.api.Assertions.assertThatIllegalStateException().isThrownBy(() -> board.map("camera", id, BUS, Access.WRITE))
                .withMessageContaining("ENODEV").withMessageContaining("camera");
        board.unmap("camera", id, BUS);
        board.soc.removeDevice(node);
        assertThat(luma(id, 0)).as("the job was given up").isZero();
    }

    @Test
    void shouldPrepareABufferBeforeItIsQueued() throws DeviceException {
        ObjectId id = object(8192);
        camera.request(1);
        V4l2Buffer b = camera.buffer(0).fd(node.handle(id));
        node.ioctl(V4l2.VIDIOC_PREPARE_BUF, b.segment());
        assertThat(b.flags() & V4l2.V4L2_BUF_FLAG_PREPARED).isNotZero();
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_PREPARE_BUF, b.segment()))).isEqualTo(Errno.EINVAL);
        node.ioctl(V4l2.VIDIOC_QBUF, b.segment());
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_PREPARE_BUF, b.segment()))).isEqualTo(Errno.EINVAL);
        camera.on();
        assertThat(camera.dequeue().bytesUsed()).isEqualTo(SIZE);
    }

    @Test
    void shouldMarkAFrameWhoseSourceThrows() throws DeviceException {
        node.source.add((sequence, _, _, _, into) -> {
            if (sequence == 0) {
                throw new IllegalStateException("no light");
            }
            into.fill((byte) 3);
            return true;
        });
        ObjectId id = object(8192);
        camera.request(1);
        camera.queue(0, id);
        camera.on();
        assertThat(camera.dequeue().flags() & V4l2.V4L2_BUF_FLAG_ERROR).isNotZero();
        camera.queue(0, id);
        assertThat(camera.dequeue().flags() & V4l2.V4L2_BUF_FLAG_ERROR).isZero();
        assertThat(luma(id, 0)).isEqualTo((byte) 3);
    }

    /** The broker unmaps and gives memory to others as soon as STREAMOFF has returned: no job may run then. */
    @Test
    void shouldBeOutOfMemoryWhenTheQueueIsOff() throws DeviceException {
        AtomicBoolean working = new AtomicBoolean();
        AtomicLong drawn = new AtomicLong();
        node.source.add((_, _, _, _, into) -> {
            working.set(true);
            long end = System.nanoTime() + 20_000_000; // longer than a call that does not wait can take
            while (System.nanoTime() - end < 0) {
                into.fill((byte) 7);
            }
            drawn.incrementAndGet();
            working.set(false);
            return true;
        });
        camera.format(PixelFormat.NV12, 1024, 768, 0);
        ObjectId id = object(1024 * 768 * 3 / 2);
        MemorySegment bytes = board.bytes(id);
        camera.request(1);
        for (int round = 1; round <= 10; round++) {
            camera.queue(0, id);
            camera.on();
            while (!working.get() && drawn.get() < round) {
                Thread.onSpinWait();
            }
            camera.off();
            boolean underWay = working.get();
            assertThat(underWay).as("a job under way").isFalse();
            assertThat(drawn).hasValue(round);
            bytes.fill((byte) 0x55);
        }
        board.soc.removeDevice(node);
        assertThat(bytes.asSlice(0, 1024).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x55);
    }

    @Test
    void shouldKeepTheFrameInterval() throws DeviceException {
        numberedFrames(100);
        V4l2Client paced = camera;
        java.lang.foreign.Arena arena = Arena.ofAuto();
        node.ioctl(V4l2.VIDIOC_S_PARM, new sharebuf.uapi.V4l2StreamParm(arena.allocate(sharebuf.uapi.V4l2StreamParm.LAYOUT))
                .type(camera.type).numerator(1).denominator(100).segment());
        List<ObjectId> ids = List.of(object(8192), object(8192));
        paced.request(2);
        paced.queue(0, ids.get(0));
        paced.queue(1, ids.get(1));
        long begun = System.nanoTime();
        paced.on();
        for (int i = 0; i < 6; i++) {
            int index = paced.dequeue().index();
            paced.queue(index, ids.get(index));
        }
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(50_000_000L);
    }
}
