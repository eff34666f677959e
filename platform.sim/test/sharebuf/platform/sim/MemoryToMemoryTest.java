package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static sharebuf.platform.sim.V4l2Client.errno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.memory.Span;
import sharebuf.sim.Faults;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.platform.DriverMemory;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2ExportBuffer;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2Plane;

@Timeout(60)
class MemoryToMemoryTest {
    private static final int W = 50;
    private static final int H = 34;

    private final Board board = new Board();

    @AfterEach
    void close() {
        board.close();
    }

    private ObjectId object(String device, Access access, long... sizes) {
        ObjectId id = board.export(board.take(sizes));
        board.map(device, id, 0, access);
        return id;
    }

    private static SimNode device(Board board, String role) {
        return board.device(Map.of("sharebuf_device", "codec", "role", role, "formats", new String[] {"NV12", "YUYV"}, "sizes", "16x16..640x480/2x2"));
    }

    /** Both pitches are honoured: every pixel arrives, no byte between the rows is touched. */
    @Test
    void shouldCopyThePixelsFromOnePitchToAnother() throws DeviceException {
        SimNode node = device(board, "m2m");
        V4l2Client out = V4l2Client.output(node);
        V4l2Client cap = V4l2Client.capture(node);
        List<byte[]> seen = new ArrayList<>();
        node.sink.add((_, format, w, h, pixels) -> {
            assertThat(format + " " + w + "x" + h).isEqualTo("NV12 50x34");
            seen.add(pixels.toArray(ValueLayout.JAVA_BYTE));
        });
        out.format(PixelFormat.NV12, W, H, 60);
        V4l2Format f = cap.format(PixelFormat.NV12, W, H, 72);
        assertThat(f.pix().width() + "x" + f.pix().height() + " " + f.pix().bytesPerLine()).isEqualTo("50x34 72");
        ObjectId from = object("codec", Access.READ, 4096);
        ObjectId to = object("codec", Access.WRITE, 4096);
        byte[] random = new byte[4096];
        new Random(1).nextBytes(random);
        MemorySegment source = board.bytes(from).copyFrom(MemorySegment.ofArray(random));
        MemorySegment target = board.bytes(to).fill((byte) 0x55);
        out.request(1);
        cap.request(1);
        V4l2Buffer b = out.buffer(0).fd(node.handle(from)).seconds(12).micros(34);
        node.ioctl(V4l2.VIDIOC_QBUF, b.segment());
        out.on();
        cap.on();
        assertThat(node.poll(DeviceNode.POLLIN | DeviceNode.POLLOUT, Duration.ZERO)).as("one queue is not enough").isZero();
        cap.queue(0, to);
        V4l2Buffer done = cap.dequeue();
        assertThat(done.seconds()).isEqualTo(12);
        assertThat(done.micros()).isEqualTo(34);
        assertThat(out.dequeue().sequence()).isZero();
        for (int row = 0; row < H * 3 / 2; row++) {
            for (int x = 0; x < 72; x++) {
                byte expected = x < W ? source.get(ValueLayout.JAVA_BYTE, row * 60L + x) : 0x55;
                assertThat(target.get(ValueLayout.JAVA_BYTE, row * 72L + x)).as("row %d column %d", row, x).isEqualTo(expected);
            }
        }
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst()).hasSize(W * H * 3 / 2).startsWith(source.asSlice(0, W).toArray(ValueLayout.JAVA_BYTE));
    }

    /** A port that reaches one region only: whatever is programmed with an address elsewhere is stopped, and told plane by plane. */
    @Test
    void shouldStopAPlaneThatItsPortDoesNotReach() throws DeviceException {
        board.soc.dram().add(new Span(128 * Board.MIB, Board.MIB));
        board.soc.addRegion(RegionSpec.parse("test.region~bank", Board.config(RegionConfig.class, Map.of("sharebuf_region", "bank", "base", "128MiB", "size", "1MiB"))));
        for (String capture : List.of("capture.1=bank", "capture.0=bank", "output=bank", "output.1=nowhere", "capture=ram")) {
            SimNode node = board.device(Map.of("sharebuf_device", "codec", "role", "m2m", "formats", new String[] {"NV12"}, "sizes", "16x16..640x480/2x2",
                    "ports", new String[] {capture}));
            V4l2Client out = V4l2Client.output(node);
            V4l2Client cap = V4l2Client.capture(node);
            out.format(PixelFormat.NV12, W, H, 0);
            cap.format(PixelFormat.NV12, W, H, 0);
            ObjectId from = object("codec", Access.READ, 4096);
            ObjectId to = object("codec", Access.WRITE, 4096);
            MemorySegment target = board.bytes(to).fill((byte) 0x55);
            int before = board.soc.stopped().size();
            out.request(1);
            cap.request(1);
            out.queue(0, from);
            cap.queue(0, to);
            out.on();
            cap.on();
            boolean wrong = (cap.dequeue().flags() & V4l2.V4L2_BUF_FLAG_ERROR) != 0;
            List<Faults.Stopped> stopped = board.soc.stopped();
            assertThat(wrong).as(capture).isEqualTo(!capture.endsWith("ram"));
            if (wrong) {
                assertThat(stopped).hasSize(before + 1);
                assertThat(stopped.getLast().message()).contains("codec", capture.replaceAll("=.*", "").replace('.', ' ').replaceAll("(\\d)", "plane $1"),
                        capture.replaceAll(".*=", ""), "real hardware would have");
                assertThat(target.asSlice(0, W).toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) 0x55);
            }
            board.soc.removeDevice(node);
        }
    }

    @Test
    void shouldEncodeWhatItReads() throws DeviceException {
        SimNode node = device(board, "encoder");
        V4l2Client out = V4l2Client.output(node);
        V4l2Client cap = V4l2Client.capture(node);
        out.format(PixelFormat.YUYV, W, H, 0);
        V4l2Format f = cap.format(PixelFormat.YUYV, 1, 1, 0);
        assertThat(f.pix().pixelFormat()).isEqualTo(PixelFormat.fourcc("SBF1"));
        assertThat(f.pix().sizeImage()).isEqualTo(4096);
        ObjectId from = object("codec", Access.READ, 4096);
        ObjectId to = object("codec", Access.WRITE, 4096);
        MemorySegment pixels = board.bytes(from).asSlice(0, W * H * 2).fill((byte) 200);
        out.request(1);
        cap.request(1);
        out.queue(0, from);
        cap.queue(0, to);
        out.on();
        cap.on();
        V4l2Buffer unit = cap.dequeue();
        out.dequeue();
        MemorySegment bytes = board.bytes(to);
        ValueLayout.OfInt le = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        assertThat(unit.bytesUsed()).isEqualTo(40 + 8 * 2);
        assertThat(bytes.get(le, 0)).isEqualTo(0x31464253);
        assertThat(bytes.get(le, 4)).isEqualTo((int) unit.bytesUsed());
        assertThat(bytes.get(le, 16)).isEqualTo(W);
        assertThat(bytes.get(le, 24)).isEqualTo(PixelFormat.YUYV.v4l2Fourcc());
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(pixels.toArray(ValueLayout.JAVA_BYTE));
        assertThat(bytes.get(le, 28)).isEqualTo((int) crc.getValue());
        assertThat(bytes.asSlice(40, 2).toArray(ValueLayout.JAVA_BYTE)).containsExactly(100, 200);
    }

    @Test
    void shouldLeaveOutRowsThatDoNotFitTheBitstream() {
        MemorySegment noise = Arena.ofAuto().allocate(1000 * 8 * 3 / 2);
        byte[] random = new byte[(int) noise.byteSize()];
        new Random(2).nextBytes(random);
        noise.copyFrom(MemorySegment.ofArray(random));
        MemorySegment into = Arena.ofAuto().allocate(Bitstream.LEAST_BYTES);
        assertThat(Bitstream.encode(3, PixelFormat.NV12, 1000, 8, noise, into)).isLessThanOrEqualTo(Bitstream.LEAST_BYTES);
        assertThat(into.get(ValueLayout.JAVA_INT, 32)).isBetween(1, 2);
    }

    @Test
    void shouldFailAJobWhoseFormatsDiffer() throws DeviceException {
        SimNode node = device(board, "m2m");
        V4l2Client out = V4l2Client.output(node);
        V4l2Client cap = V4l2Client.capture(node);
        out.format(PixelFormat.YUYV, W, H, 0);
        assertThat(cap.format(PixelFormat.NV12, W, H, 0).pix().pixelFormat()).isEqualTo(PixelFormat.NV12.v4l2Fourcc());
        out.request(1);
        cap.request(1);
        out.queue(0, object("codec", Access.READ, 4096));
        cap.queue(0, object("codec", Access.WRITE, 4096));
        out.on();
        cap.on();
        assertThat(cap.dequeue().flags() & V4l2.V4L2_BUF_FLAG_ERROR).isNotZero();
        assertThat(out.dequeue().flags() & V4l2.V4L2_BUF_FLAG_ERROR).isNotZero();
        cap.off();
        cap.request(0);
        out.off();
        out.request(0);
        out.format(PixelFormat.YUYV, W, H, 0);
        assertThat(errno(() -> cap.queue(0, new ObjectId(new BufferId(1), 0)))).isEqualTo(Errno.EINVAL);
    }

    /** NM12 through the multi-planar API: two objects a buffer. */
    @Test
    void shouldTakeTwoObjectsABuffer() throws DeviceException {
        SimNode camera = board.device(Map.of("sharebuf_device", "camera", "multiplanar", true, "formats", new String[] {"NV12M", "NV12"}));
        Arena arena = Arena.ofAuto();
        int type = V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
        V4l2Client cap = new V4l2Client(camera, type);
        V4l2Format f = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(type);
        f.pixMp().width(64).height(48).pixelFormat(PixelFormat.NV12M.v4l2Fourcc());
        camera.ioctl(V4l2.VIDIOC_S_FMT, f.segment());
        assertThat(f.pixMp().numPlanes()).isEqualTo(2);
        assertThat(f.pixMp().plane(0).sizeImage()).isEqualTo(64 * 48);
        assertThat(f.pixMp().plane(1).sizeImage()).isEqualTo(64 * 24);
        cap.fullSpeed();
        cap.request(1);
        ObjectId luma = object("camera", Access.WRITE, 4096);
        ObjectId chroma = object("camera", Access.WRITE, 4096);
        camera.source.add((_, _, _, _, into) -> {
            into.asSlice(0, 64 * 48).fill((byte) 1);
            into.asSlice(64 * 48).fill((byte) 2);
            return true;
        });
        MemorySegment planes = arena.allocate(V4l2Plane.LAYOUT, 2);
        new V4l2Plane(planes).fd(camera.handle(luma));
        new V4l2Plane(planes.asSlice(V4l2Plane.LAYOUT.byteSize())).fd(camera.handle(chroma));
        V4l2Buffer b = cap.buffer(0).planes(planes.address()).length(1);
        assertThat(errno(() -> camera.ioctl(V4l2.VIDIOC_QBUF, b.segment()))).isEqualTo(Errno.EINVAL);
        b.length(2);
        camera.ioctl(V4l2.VIDIOC_QBUF, b.segment());
        cap.on();
        assertThat(camera.poll(DeviceNode.POLLIN, V4l2Client.LONG)).isEqualTo(DeviceNode.POLLIN);
        V4l2Buffer short1 = cap.buffer(0).planes(planes.address()).length(1);
        assertThat(errno(() -> camera.ioctl(V4l2.VIDIOC_DQBUF, short1.segment()))).isEqualTo(Errno.EINVAL);
        b.planes(planes.address()).length(2);
        camera.ioctl(V4l2.VIDIOC_DQBUF, b.segment());
        assertThat(new V4l2Plane(planes).bytesUsed()).isEqualTo(64 * 48);
        assertThat(board.bytes(luma).asSlice(0, 64 * 48).toArray(ValueLayout.JAVA_BYTE)).containsOnly(1);
        assertThat(board.bytes(chroma).asSlice(0, 64 * 24).toArray(ValueLayout.JAVA_BYTE)).containsOnly(2);
    }

    @Test
    void shouldFurnishBuffersWithTheDriversMemory() throws DeviceException {
        SimNode camera = board.device(Map.of("sharebuf_device", "camera", "sizes", "64x48..64x48"));
        Set<ObjectId> taken = new HashSet<>();
        camera.driverMemory.add(new DriverMemory() {
            @Override
            public Outcome<ObjectId> allocate(UseId use, long bytes) {
                assertThat(use).isEqualTo(UseId.parse("camera"));
                if (taken.size() == 3) {
                    return Outcome.no(sharebuf.buffer.Refusal.of(Errno.ENOMEM, "memory", "none", bytes + " bytes"));
                }
                ObjectId id = object("camera", Access.WRITE, 8192);
                taken.add(id);
                return Outcome.ok(id);
            }

            @Override
            public void free(ObjectId object) {
                assertThat(taken.remove(object)).isTrue();
            }
        });
        V4l2Client cap = V4l2Client.capture(camera);
        cap.fullSpeed();
        assertThat(cap.request(V4l2.V4L2_MEMORY_MMAP, 5)).as("as many as there are").isEqualTo(3);
        V4l2Buffer b = cap.buffer(1).memory(V4l2.V4L2_MEMORY_MMAP);
        camera.ioctl(V4l2.VIDIOC_QUERYBUF, b.segment());
        MemorySegment bytes = camera.map(b.offset(), b.length());
        assertThat(bytes.byteSize()).isEqualTo(64 * 48 * 3 / 2);
        assertThat(errno(() -> camera.map(b.offset() + 1, 4096))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> camera.map(b.offset(), 8192))).isEqualTo(Errno.EINVAL);
        V4l2ExportBuffer export = new V4l2ExportBuffer(Arena.ofAuto().allocate(V4l2ExportBuffer.LAYOUT)).type(cap.type).index(1);
        camera.ioctl(V4l2.VIDIOC_EXPBUF, export.segment());
        assertThat(board.soc.exports().resolve(export.fd())).isPresent();
        camera.ioctl(V4l2.VIDIOC_QBUF, cap.buffer(1).memory(V4l2.V4L2_MEMORY_MMAP).segment());
        cap.on();
        assertThat(cap.dequeue().index()).isEqualTo(1);
        assertThat(bytes.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 180);
        cap.off();
        assertThat(cap.request(V4l2.V4L2_MEMORY_MMAP, 0)).isZero();
        assertThat(taken).isEmpty();
        assertThat(bytes.scope().isAlive()).isFalse();
    }
}
