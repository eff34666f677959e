package sharebuf.exporter.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.format.PixelFormat;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.node.DeviceException;
import sharebuf.plugin.Note;
import sharebuf.uapi.V4l2;

class MmapBuffersTest {
    private static final long LIMIT = 16 << 20;
    private static final BufferSpec VGA = BufferSpec.picture(PixelFormat.XRGB8888, 640, 480);
    private static final long VGA_BYTES = 640 * 480 * 4;

    private record Region(RegionKind kind) implements MemoryRegion {
        @Override
        public RegionId id() {
            return new RegionId("camera.mmap");
        }

        @Override
        public long base() {
            return 0;
        }

        @Override
        public long size() {
            return LIMIT;
        }

        @Override
        public long granule() {
            return 4096;
        }

        @Override
        public boolean reusable() {
            return false;
        }

        @Override
        public boolean mapped() {
            return true;
        }

        @Override
        public boolean contiguous() {
            return false;
        }

        @Override
        public List<Extent> reserved() {
            return List.of();
        }

        @Override
        public Outcome<Long> vacate(long offset, long size) {
            return Outcome.ok(0L);
        }
    }

    private final class Ledger implements Claims {
        private final Map<Integer, Long> taken = new LinkedHashMap<>();
        private boolean refuses;

        @Override
        public boolean claim(long offset, long size) {
            throw new AssertionError("a granted region has no places");
        }

        @Override
        public Outcome<Outcome.Done> grant(long size) {
            throw new AssertionError("the platform makes nothing here");
        }

        @Override
        public Outcome<Outcome.Done> take(int descriptor, long size) {
            assertThat(video.slots).as("the slot is there until its memory is taken").isNotEmpty();
            long whole = video.exported.remove(descriptor); // the platform's from here on
            if (refuses) {
                return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "the limit", size + " bytes"));
            }
            assertThat(whole).isGreaterThanOrEqualTo(size);
            taken.put(descriptor, whole);
            return Outcome.ok();
        }

        @Override
        public void note(Note note) {
            throw new AssertionError("nothing to remember");
        }
    }

    private final FakeVideo video = new FakeVideo();
    private final Ledger ledger = new Ledger();

    @AfterEach
    void nothingIsLeftWithTheDriver() {
        assertThat(video.slots).isEmpty();
        assertThat(video.files).isZero();
        assertThat(video.exported).as("descriptors of nobody").isEmpty();
    }

    private MmapBuffers buffers() throws DeviceException {
        return new MmapBuffers(new Region(RegionKind.GRANTED), video, QueueType.of(video, "auto"));
    }

    private static Request request(BufferSpec spec, int object, long size) {
        return new Request("test", spec, object, size, MemoryConstraints.NONE, Set.of());
    }

    private Outcome<Outcome.Done> place(BufferSpec spec, int object, long size) throws DeviceException {
        return buffers().place(request(spec, object, size), ledger);
    }

    @Test
    void anObjectIsOneSlotThatOnlyItsDmaBufKeeps() throws DeviceException {
        assertThat(buffers().offer(request(VGA, 0, VGA_BYTES)).orThrow()).satisfies(o -> {
            assertThat(o.rank()).isGreaterThan(Offer.SPECIAL);
            assertThat(o.reason()).contains("camera", "unknown");
        });
        assertThat(place(VGA, 0, VGA_BYTES).isOk()).isTrue();
        assertThat(video.log).as("the format of the queue stays").containsExactly("CREATE_BUFS [" + VGA_BYTES + "]", "EXPBUF plane 0", "REQBUFS 0");
        assertThat(ledger.taken.values()).containsExactly(VGA_BYTES);
    }

    @Test
    void aFormatThatNeedsMoreIsSetAsideAndPutBack() throws DeviceException {
        video.width = 1920;
        video.height = 1080;
        assertThat(place(VGA, 0, VGA_BYTES).isOk()).isTrue();
        assertThat(video.log).containsExactly("S_FMT XRGB8888 640x480", "CREATE_BUFS [" + VGA_BYTES + "]", "EXPBUF plane 0", "REQBUFS 0", "S_FMT XRGB8888 1920x1080");
        video.log.clear();
        assertThat(place(BufferSpec.bytes(4096), 0, 4096).isOk()).as("bytes have no format to set: more than needed").isTrue();
        assertThat(video.log.getFirst()).isEqualTo("CREATE_BUFS [" + 1920 * 1080 * 4 + "]");
    }

    @Test
    void withoutCreateBufsTheFormatSaysTheSize() throws DeviceException {
        video.createBufs = false;
        assertThat(place(VGA, 0, VGA_BYTES).isOk()).isTrue();
        assertThat(video.log).containsExactly("S_FMT XRGB8888 640x480", "REQBUFS 1", "EXPBUF plane 0", "REQBUFS 0", "S_FMT XRGB8888 64x48");
        assertThat(place(BufferSpec.bytes(1 << 20), 0, 1 << 20).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EINVAL);
            assertThat(why.found()).contains("no VIDIOC_CREATE_BUFS");
        });
    }

    @Test
    void planesAreMadeOneByOne() throws DeviceException {
        video.caps = V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4l2.V4L2_CAP_STREAMING;
        video.format = PixelFormat.NV12M;
        BufferSpec spec = BufferSpec.picture(PixelFormat.NV12M, 640, 480);
        assertThat(place(spec, 0, 640 * 480).isOk()).isTrue();
        assertThat(place(spec, 1, 640 * 240).isOk()).isTrue();
        assertThat(video.log).containsExactly("CREATE_BUFS [307200, 1536]", "EXPBUF plane 0", "REQBUFS 0", "CREATE_BUFS [3072, 155648]", "EXPBUF plane 1", "REQBUFS 0");
        assertThat(ledger.taken.values()).containsExactly(307200L, 155648L);
    }

    @Test
    void anyPlaneIsGoodForAnotherFormat() throws DeviceException {
        assertThat(place(BufferSpec.picture(PixelFormat.NV12M, 640, 480), 1, 640 * 240).isOk()).isTrue();
        assertThat(video.log).contains("EXPBUF plane 0");
    }

    @Test
    void aQueueThatIsInUseIsNotTouched() throws DeviceException {
        video.busy = true;
        assertThat(place(VGA, 0, VGA_BYTES).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EBUSY);
            assertThat(why.needed()).contains("capture queue that nobody uses");
        });
        assertThat(video.log).isEmpty();
    }

    @Test
    void memoryThatEndsWithItsSlotIsRefused() throws DeviceException {
        video.orphans = false;
        assertThat(place(VGA, 0, VGA_BYTES).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EOPNOTSUPP);
            assertThat(why.found()).contains("ORPHANED_BUFS");
        });
        assertThat(ledger.taken).isEmpty();
    }

    @Test
    void whateverFailsTheDriverIsLeftAsItWas() throws DeviceException {
        video.width = 1920;
        video.height = 1080;
        video.exportErrno = Errno.EINVAL;
        assertThat(place(VGA, 0, VGA_BYTES).why().orElseThrow().constraint()).isEqualTo("VIDIOC_EXPBUF");
        assertThat(video.log.getLast()).isEqualTo("S_FMT XRGB8888 1920x1080");
        video.exportErrno = null;
        ledger.refuses = true;
        MmapBuffers buffers = buffers();
        assertThat(buffers.place(request(VGA, 0, VGA_BYTES), ledger).isOk()).isFalse();
        assertThat(buffers.offer(request(BufferSpec.bytes(LIMIT), 0, LIMIT)).isOk()).as("nothing was counted").isTrue();
        ledger.refuses = false;
        video.freeErrno = Errno.EBUSY;
        assertThat(place(VGA, 0, VGA_BYTES).isOk()).as("a slot that cannot be freed: the claims are undone").isFalse();
    }

    @Test
    void theLimitIsKnownBeforehand() throws DeviceException {
        MmapBuffers buffers = buffers();
        buffers.place(request(VGA, 0, VGA_BYTES), ledger);
        assertThat(buffers.offer(request(BufferSpec.bytes(LIMIT), 0, LIMIT)).why().orElseThrow().fix()).contains("camera.mmap");
        buffers.released(VGA_BYTES);
        assertThat(buffers.offer(request(BufferSpec.bytes(LIMIT), 0, LIMIT)).isOk()).isTrue();
    }

    @Test
    void theQueueIsOneThatTheDeviceHas() throws DeviceException {
        assertThat(QueueType.of(video, "auto")).isEqualTo(QueueType.CAPTURE);
        assertThatThrownBy(() -> QueueType.of(video, "output")).isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
        assertThatThrownBy(() -> QueueType.of(video, "both")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("auto, capture or output");
        video.caps = V4l2.V4L2_CAP_VIDEO_M2M_MPLANE | V4l2.V4L2_CAP_STREAMING;
        assertThat(QueueType.of(video, "auto")).isEqualTo(QueueType.CAPTURE_MPLANE);
        assertThat(QueueType.of(video, "output")).isEqualTo(QueueType.OUTPUT_MPLANE);
        video.caps = V4l2.V4L2_CAP_VIDEO_OUTPUT | V4l2.V4L2_CAP_STREAMING;
        assertThat(QueueType.of(video, "auto")).isEqualTo(QueueType.OUTPUT);
    }

    @Test
    void aPlacedRegionIsNotForIt() {
        assertThatThrownBy(() -> new MmapBuffers(new Region(RegionKind.PLACED), video, QueueType.CAPTURE)).isInstanceOf(IllegalArgumentException.class);
    }
}
