package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sharebuf.platform.sim.V4l2Client.errno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.buffer.Errno;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCardResources;
import sharebuf.uapi.DrmConnector;
import sharebuf.uapi.DrmCrtc;
import sharebuf.uapi.DrmEventVblank;
import sharebuf.uapi.DrmFramebuffer;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmPageFlip;
import sharebuf.uapi.DrmPlane;
import sharebuf.uapi.DrmPlaneResources;
import sharebuf.uapi.DrmPrimeHandle;

@Timeout(60)
class DisplayTest {
    private static final int W = 64;
    private static final int H = 48;

    private final Board board = new Board();
    private final SimNode node = board.device(Map.of("sharebuf_device", "display", "sharebuf_node", "drm", "role", "scanout",
            "formats", new String[] {"NV12", "NV12M", "XRGB8888"}, "pitchAlign", 16, "sizes", "16x16..4096x4096"));
    private final Arena arena = Arena.ofAuto();
    private final List<Byte> seen = new CopyOnWriteArrayList<>();
    private int crtc;
    private int connector;

    @AfterEach
    void close() {
        board.close();
    }

    private ObjectId object(int fill) {
        ObjectId id = board.export(board.take(8192));
        board.map("display", id, 0, Access.READ);
        board.bytes(id).fill((byte) fill);
        return id;
    }

    private int handle(ObjectId id) throws DeviceException {
        DrmPrimeHandle p = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).fd(node.handle(id));
        node.ioctl(Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, p.segment());
        return p.handle();
    }

    private DrmFramebuffer nv12(int handle) {
        return new DrmFramebuffer(arena.allocate(DrmFramebuffer.LAYOUT)).width(W).height(H).pixelFormat(PixelFormat.NV12.drmFourcc())
                .handle(0, handle).pitch(0, 80).handle(1, handle).pitch(1, 80).offset(1, 80L * H);
    }

    private int add(DrmFramebuffer f) throws DeviceException {
        node.ioctl(Drm.DRM_IOCTL_MODE_ADDFB2, f.segment());
        return f.framebufferId();
    }

    private int framebuffer(int fill) throws DeviceException {
        return add(nv12(handle(object(fill))));
    }

    private void probe() throws DeviceException {
        DrmCardResources r = new DrmCardResources(arena.allocate(DrmCardResources.LAYOUT));
        node.ioctl(Drm.DRM_IOCTL_MODE_GETRESOURCES, r.segment());
        assertThat(List.of(r.crtcCount(), r.connectorCount(), r.encoderCount())).containsExactly(1, 1, 1);
        MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, 2);
        r.crtcs(ids.address()).connectors(ids.address() + 4).encoderCount(0).framebufferCount(0);
        node.ioctl(Drm.DRM_IOCTL_MODE_GETRESOURCES, r.segment());
        crtc = ids.get(ValueLayout.JAVA_INT, 0);
        connector = ids.get(ValueLayout.JAVA_INT, 4);
    }

    private DrmCrtc crtc(int framebuffer, int refresh) {
        DrmCrtc c = new DrmCrtc(arena.allocate(DrmCrtc.LAYOUT)).crtcId(crtc).framebufferId(framebuffer).modeValid(1);
        c.mode().hdisplay(W).vdisplay(H).vrefresh(refresh);
        return c;
    }

    private void set(int framebuffer, int refresh) throws DeviceException {
        node.ioctl(Drm.DRM_IOCTL_MODE_SETCRTC, crtc(framebuffer, refresh).segment());
    }

    private void flip(int framebuffer, long data) throws DeviceException {
        node.ioctl(Drm.DRM_IOCTL_MODE_PAGE_FLIP, new DrmPageFlip(arena.allocate(DrmPageFlip.LAYOUT)).crtcId(crtc).framebufferId(framebuffer)
                .flags(Drm.DRM_MODE_PAGE_FLIP_EVENT).userData(data).segment());
    }

    private DrmEventVblank event() throws DeviceException {
        assertThat(node.poll(DeviceNode.POLLIN, V4l2Client.LONG)).isEqualTo(DeviceNode.POLLIN);
        DrmEventVblank e = new DrmEventVblank(arena.allocate(DrmEventVblank.LAYOUT));
        assertThat(node.read(e.segment())).isEqualTo(32);
        return e;
    }

    private void watch() {
        node.sink.add((_, format, w, h, pixels) -> {
            assertThat(format + " " + w + "x" + h + " " + pixels.byteSize()).isEqualTo("NV12 64x48 4608");
            byte first = pixels.get(ValueLayout.JAVA_BYTE, 0);
            assertThat(pixels.toArray(ValueLayout.JAVA_BYTE)).containsOnly(first);
            seen.add(first);
        });
    }

    /** The exchange gives names to other memory; a framebuffer, and a handle, stay what they were made of. */
    @Test
    void shouldScanOutWhatAFramebufferWasMadeOfWhateverIsCalledSoNow() throws DeviceException {
        probe();
        watch();
        ObjectId buffer = object(5);
        ObjectId other = object(7);
        int old = add(nv12(handle(buffer)));
        int descriptor = node.handle(buffer);
        int handle = handle(buffer);
        board.soc.exchange(buffer, other);
        assertThat(node.handle(buffer)).as("another dma-buf").isNotEqualTo(descriptor);
        assertThat(node.handle(other)).isEqualTo(descriptor);
        assertThat(handle(buffer)).as("another handle").isNotEqualTo(handle);
        assertThat(handle(other)).isEqualTo(handle);
        set(old, 0);
        int again = add(nv12(handle));
        int fresh = add(nv12(handle(buffer)));
        flip(again, 1);
        event();
        flip(fresh, 2);
        event();
        assertThat(seen).containsExactly((byte) 5, (byte) 5, (byte) 7);
        assertThat(board.soc.faults().stopped()).isEmpty();
        board.unmap("display", other, 0);
        flip(old, 3);
        event();
        assertThat(board.soc.faults().stopped()).as("the old memory is not mapped any more").isNotEmpty();
        assertThat(seen).hasSize(3);
    }

    @Test
    void shouldExchangeNothingWithWhatIsNotThere() throws DeviceException {
        ObjectId buffer = object(5);
        int descriptor = node.handle(buffer);
        assertThatThrownBy(() -> board.soc.exchange(buffer, new ObjectId(new BufferId(99), 0))).isInstanceOf(IllegalArgumentException.class);
        assertThat(node.handle(buffer)).isEqualTo(descriptor);
    }

    @Test
    void shouldTellWhatItCan() throws DeviceException {
        probe();
        DrmCap cap = new DrmCap(arena.allocate(DrmCap.LAYOUT)).capability(Drm.DRM_CAP_PRIME);
        node.ioctl(Drm.DRM_IOCTL_GET_CAP, cap.segment());
        assertThat(cap.value() & Drm.DRM_PRIME_CAP_IMPORT).isNotZero();
        node.ioctl(Drm.DRM_IOCTL_SET_CLIENT_CAP, cap.capability(Drm.DRM_CLIENT_CAP_UNIVERSAL_PLANES).value(1).segment());
        assertThat(errno(() -> node.ioctl(Drm.DRM_IOCTL_SET_CLIENT_CAP, cap.capability(Drm.DRM_CLIENT_CAP_ATOMIC).segment()))).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(errno(() -> node.ioctl(Drm.DRM_IOCTL_MODE_CREATE_DUMB, arena.allocate(32)))).isEqualTo(Errno.ENOSYS);
        DrmConnector c = new DrmConnector(arena.allocate(DrmConnector.LAYOUT)).connectorId(connector);
        node.ioctl(Drm.DRM_IOCTL_MODE_GETCONNECTOR, c.segment());
        MemorySegment modes = arena.allocate(DrmModeInfo.LAYOUT, c.modeCount());
        node.ioctl(Drm.DRM_IOCTL_MODE_GETCONNECTOR, c.modes(modes.address()).encoderCount(0).segment());
        DrmModeInfo first = new DrmModeInfo(modes);
        assertThat(first.hdisplay() + "x" + first.vdisplay() + "@" + first.vrefresh()).isEqualTo("1920x1080@60");
        assertThat(errno(() -> node.ioctl(Drm.DRM_IOCTL_MODE_GETCONNECTOR, c.connectorId(5).segment()))).isEqualTo(Errno.ENOENT);
        MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, 4);
        DrmPlaneResources r = new DrmPlaneResources(arena.allocate(DrmPlaneResources.LAYOUT)).planeCount(1).planes(ids.address());
        node.ioctl(Drm.DRM_IOCTL_MODE_GETPLANERESOURCES, r.segment());
        DrmPlane p = new DrmPlane(arena.allocate(DrmPlane.LAYOUT)).planeId(ids.get(ValueLayout.JAVA_INT, 0)).formatCount(4).formats(ids.address());
        node.ioctl(Drm.DRM_IOCTL_MODE_GETPLANE, p.segment());
        assertThat(p.formatCount()).isEqualTo(2);
        assertThat(ids.get(ValueLayout.JAVA_INT, 4)).isEqualTo(PixelFormat.XRGB8888.drmFourcc());
    }

    @Test
    void shouldCheckAFramebufferAgainstItsObject() throws DeviceException {
        ObjectId id = object(1);
        int handle = handle(id);
        assertThat(handle(id)).as("one object, one handle").isEqualTo(handle);
        assertThat(add(nv12(handle))).isPositive();
        assertThat(errno(() -> add(nv12(77)))).isEqualTo(Errno.ENOENT);
        assertThat(errno(() -> add(nv12(handle).pitch(0, 63)))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> add(nv12(handle).pitch(0, 72)))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> add(nv12(handle).offset(1, 8192 - 80 * 23 - 63)))).isEqualTo(Errno.EINVAL);
        assertThat(add(nv12(handle).offset(1, 8192 - 80 * 23 - 64))).as("the last row need not be padded").isPositive();
        assertThat(errno(() -> add(nv12(handle).pixelFormat(0x1234)))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> add(nv12(handle).width(0)))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> add(nv12(handle).flags(Drm.DRM_MODE_FB_MODIFIERS).modifier(0, 1)))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> handle(board.export(board.take(4096))))).isEqualTo(Errno.EINVAL);
        DrmPrimeHandle p = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).fd(4711);
        assertThat(errno(() -> node.ioctl(Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, p.segment()))).isEqualTo(Errno.EBADF);
        DrmGemClose close = new DrmGemClose(arena.allocate(DrmGemClose.LAYOUT)).handle(handle);
        node.ioctl(Drm.DRM_IOCTL_GEM_CLOSE, close.segment());
        assertThat(errno(() -> node.ioctl(Drm.DRM_IOCTL_GEM_CLOSE, close.segment()))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void shouldShowTwoObjectsAsOnePicture() throws DeviceException {
        watch();
        probe();
        int luma = handle(object(5));
        int chroma = handle(object(5));
        set(add(nv12(luma).handle(1, chroma).offset(1, 0)), 0);
        assertThat(seen).containsExactly((byte) 5);
    }

    @Test
    void shouldScanOutOnceAFlip() throws DeviceException {
        watch();
        probe();
        int[] ids = {framebuffer(1), framebuffer(2), framebuffer(3)};
        assertThat(errno(() -> flip(ids[0], 0))).as("off").isEqualTo(Errno.EBUSY);
        set(ids[0], 0);
        assertThat(seen).as("shown when the call returns").containsExactly((byte) 1);
        for (int i = 1; i < 9; i++) {
            flip(ids[i % 3], 100 + i);
            DrmEventVblank e = event();
            assertThat(e.userData()).isEqualTo(100 + i);
            assertThat(e.sequence()).isEqualTo(i);
            assertThat(e.type()).isEqualTo(Drm.DRM_EVENT_FLIP_COMPLETE);
            assertThat(seen).hasSize(i + 1).last().isEqualTo((byte) (i % 3 + 1));
        }
        assertThat(errno(() -> node.read(arena.allocate(32)))).isEqualTo(Errno.EAGAIN);
        assertThat(node.poll(DeviceNode.POLLIN, Duration.ZERO)).isZero();
        assertThat(errno(() -> flip(4711, 0))).isEqualTo(Errno.ENOENT);
        node.ioctl(Drm.DRM_IOCTL_MODE_SETCRTC, crtc(0, 0).modeValid(0).segment());
        assertThat(errno(() -> flip(ids[0], 0))).isEqualTo(Errno.EBUSY);
    }

    @Test
    void shouldRefuseAFlipWhileOneIsPending() throws Exception {
        probe();
        int[] ids = {framebuffer(1), framebuffer(2)};
        set(ids[0], 0);
        CountDownLatch scanning = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        node.sink.add((_, _, _, _, _) -> {
            scanning.countDown();
            try {
                go.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        flip(ids[1], 1);
        scanning.await();
        assertThat(errno(() -> flip(ids[0], 2))).isEqualTo(Errno.EBUSY);
        go.countDown();
        assertThat(event().userData()).isEqualTo(1);
        flip(ids[0], 2);
        assertThat(event().userData()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheRefreshRate() throws DeviceException {
        probe();
        int[] ids = {framebuffer(1), framebuffer(2)};
        set(ids[0], 100);
        long begun = System.nanoTime();
        for (int i = 0; i < 6; i++) {
            flip(ids[i % 2], i);
            event();
        }
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(50_000_000L);
    }

    @Test
    void shouldGoDarkWithItsFramebufferAndNotReadWhatIsUnmapped() throws DeviceException {
        watch();
        probe();
        ObjectId id = object(1);
        int one = add(nv12(handle(id)));
        int two = framebuffer(2);
        set(two, 0);
        board.unmap("display", id, 0);
        flip(one, 1);
        event();
        assertThat(seen).as("nothing was read").containsExactly((byte) 2);
        assertThat(board.soc.stopped()).singleElement().satisfies(s -> assertThat(s.message()).contains("display: read of", "would have read"));
        MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
        number.set(ValueLayout.JAVA_INT, 0, one);
        node.ioctl(Drm.DRM_IOCTL_MODE_RMFB, number);
        assertThat(errno(() -> flip(two, 1))).as("off").isEqualTo(Errno.EBUSY);
        assertThat(errno(() -> node.ioctl(Drm.DRM_IOCTL_MODE_RMFB, number))).isEqualTo(Errno.ENOENT);
        board.soc.unplug("display");
        assertThat(errno(() -> node.poll(DeviceNode.POLLIN, V4l2Client.LONG))).isEqualTo(Errno.ENODEV);
    }
}
