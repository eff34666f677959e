package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sharebuf.platform.sim.V4l2Client.errno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.format.PixelFormat;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Windows;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmPrimeHandle;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2CreateBuffers;
import sharebuf.uapi.V4l2ExportBuffer;
import sharebuf.uapi.V4l2RequestBuffers;

/** Dumb buffers and MMAP buffers of drivers with memory of their own, and what becomes of them when they are handed over. */
@Timeout(60)
class DriverMemoryTest {
    private static final int PAGE = 4096;
    private static final ObjectId OBJECT = new ObjectId(new BufferId(4711), 0);

    private final Board board = new Board();
    private final Arena arena = Arena.ofAuto();

    @AfterEach
    void close() {
        board.close();
    }

    private DriverRegion region(String device, long size) {
        board.soc.dram().add(new sharebuf.memory.Span(0x1000_0000L, size));
        RegionSpec spec = RegionSpec.parse("test.driver~" + device, Board.config(DriverConfig.class, Map.of("sharebuf_region", device + ".own", "sharebuf_device", device,
                "base", "0x10000000", "size", Long.toString(size))));
        return board.soc.addDriverRegion(spec, device, false);
    }

    private SimNode card() {
        return board.device(Map.of("sharebuf_device", "card", "sharebuf_node", "drm", "role", "scanout", "formats", new String[] {"XRGB8888"}, "pitchAlign", 64));
    }

    private SimNode camera() {
        return board.device(Map.of("sharebuf_device", "camera", "dmaRanges", new String[] {"0xc0000000 0x0 1GiB"}, "mask", "0xffffffff", "formats", new String[] {"NV12"}));
    }

    private DrmCreateDumb dumb(DeviceNode node, int width, int height, int bits) throws DeviceException {
        DrmCreateDumb c = new DrmCreateDumb(arena.allocate(DrmCreateDumb.LAYOUT)).width(width).height(height).bitsPerPixel(bits);
        node.ioctl(Drm.DRM_IOCTL_MODE_CREATE_DUMB, c.segment());
        return c;
    }

    private int export(DeviceNode node, int handle) throws DeviceException {
        DrmPrimeHandle p = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).handle(handle).flags(Drm.DRM_RDWR | Drm.DRM_CLOEXEC);
        node.ioctl(Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD, p.segment());
        return p.fd();
    }

    private void destroy(DeviceNode node, int handle) throws DeviceException {
        node.ioctl(Drm.DRM_IOCTL_MODE_DESTROY_DUMB, new DrmDestroyDumb(arena.allocate(DrmDestroyDumb.LAYOUT)).handle(handle).segment());
    }

    private static void assertErrno(Outcome<Long> outcome, Errno errno) {
        assertThat(outcome.why().orElseThrow().errno()).as(outcome.toString()).isEqualTo(errno);
    }

    @Test
    void aCardWithoutMemoryOfItsOwnHasNoDumbBuffers() throws DeviceException {
        SimNode card = card();
        DrmCap cap = new DrmCap(arena.allocate(DrmCap.LAYOUT)).capability(Drm.DRM_CAP_DUMB_BUFFER);
        card.ioctl(Drm.DRM_IOCTL_GET_CAP, cap.segment());
        assertThat(cap.value()).isZero();
        assertThat(errno(() -> dumb(card, 16, 16, 32))).isEqualTo(Errno.ENOSYS);
        region("card", 16 * PAGE);
        card.ioctl(Drm.DRM_IOCTL_GET_CAP, cap.segment());
        assertThat(cap.value()).isOne();
    }

    @Test
    void aDumbBufferHasTheDriversPitchAndLivesAsLongAsSomebodyHoldsIt() throws DeviceException {
        DriverRegion region = region("card", 16 * PAGE);
        SimNode card = card();
        DrmCreateDumb c = dumb(card, 17, 100, 32);
        assertThat(c.pitch()).isEqualTo(128);
        assertThat(c.size()).isEqualTo(4 * PAGE);
        int fd = export(card, c.handle());
        assertThat(export(card, c.handle())).as("as the kernel's: each time another number").isNotEqualTo(fd);
        long offset = region.take(fd, 2 * PAGE).orThrow();
        destroy(card, c.handle());
        assertThat(errno(() -> export(card, c.handle()))).isEqualTo(Errno.ENOENT);
        assertThat(region.count()).as("its dma-buf keeps it").isOne();
        assertThat(card.engine().table().size()).isOne();
        Extent extent = new Extent(region.id(), offset, 2 * PAGE);
        board.soc.export(OBJECT, List.of(extent), extent.size());
        board.soc.enter("card", OBJECT, 0, 0x1000_0000L + offset, extent, 0, extent.size(), Access.READ);
        DrmPrimeHandle p = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).fd(card.handle(OBJECT));
        card.ioctl(Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, p.segment());
        board.soc.remove("card", OBJECT, 0x1000_0000L + offset, extent.size());
        board.soc.withdraw(OBJECT);
        region.ungrant(extent);
        assertThat(region.count()).as("the second descriptor is still open").isOne();
    }

    @Test
    void whatEverybodyLetGoIsFreeAndNotCleared() throws DeviceException {
        DriverRegion region = region("card", 4 * PAGE);
        SimNode card = card();
        List<Extent> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DrmCreateDumb c = dumb(card, 1024, 1, 32);
            all.add(new Extent(region.id(), region.take(export(card, c.handle()), PAGE).orThrow(), PAGE));
            destroy(card, c.handle());
        }
        assertThat(errno(() -> dumb(card, 1024, 1, 32))).isEqualTo(Errno.ENOMEM);
        MemorySegment bytes = board.soc.uncachedView(List.of(all.get(2)), arena);
        bytes.fill((byte) 7);
        region.ungrant(all.get(2));
        assertThatThrownBy(() -> region.ungrant(all.get(2))).isInstanceOf(IllegalArgumentException.class);
        DrmCreateDumb again = dumb(card, 1024, 1, 32);
        assertThat(region.take(export(card, again.handle()), PAGE).orThrow()).isEqualTo(all.get(2).offset());
        assertThat(bytes.get(ValueLayout.JAVA_BYTE, 0)).as("clearing is the broker's").isEqualTo((byte) 7);
    }

    @Test
    void aDescriptorIsTakenOnceAndClosedWhenItIsRefused() throws DeviceException {
        DriverRegion region = region("card", 16 * PAGE);
        SimNode card = card();
        assertThat(region.kind()).isEqualTo(RegionKind.GRANTED);
        assertThat(region.addressesKnown()).isFalse();
        assertThat(region.within()).isEqualTo(new Windows(List.of(new Windows.Window(0x1000_0000L, 0x1000_ffffL))));
        DrmCreateDumb c = dumb(card, 1024, 2, 32);
        int fd = export(card, c.handle());
        int other = export(card, c.handle());
        int small = export(card, c.handle());
        assertErrno(region.take(4711, PAGE), Errno.EBADF);
        assertErrno(region.take(small, 3 * PAGE), Errno.EINVAL);
        assertErrno(region.take(small, PAGE), Errno.EBADF);
        Extent extent = new Extent(region.id(), region.take(fd, PAGE).orThrow(), PAGE);
        assertErrno(region.take(fd, PAGE), Errno.EEXIST);
        assertErrno(region.take(other, PAGE), Errno.EEXIST);
        assertErrno(region.take(other, PAGE), Errno.EBADF);
        ObjectId broker = board.export(board.take(PAGE));
        board.map("card", broker, 0, Access.READ);
        int known = card.handle(broker);
        assertErrno(region.take(known, PAGE), Errno.EEXIST);
        assertThat(card.handle(broker)).as("that is somebody's").isEqualTo(known);
        destroy(card, c.handle());
        region.ungrant(extent);
        assertThat(region.count()).isZero();
        assertThat(card.engine().table().size()).as("all mappings of the driver are gone").isOne();
    }

    @Test
    void anUnpluggedCardLeavesWhatWasTaken() throws DeviceException {
        DriverRegion region = region("card", 16 * PAGE);
        SimNode card = card();
        dumb(card, 64, 64, 32);
        DrmCreateDumb c = dumb(card, 64, 64, 32);
        Extent extent = new Extent(region.id(), region.take(export(card, c.handle()), PAGE).orThrow(), PAGE);
        board.soc.removeDevice(card);
        assertThat(region.count()).isOne();
        board.soc.uncachedView(List.of(extent), arena).fill((byte) 1);
        region.ungrant(extent);
        assertThat(region.count()).isZero();
    }

    private V4l2CreateBuffers create(DeviceNode node, int count, long size) throws DeviceException {
        V4l2CreateBuffers c = new V4l2CreateBuffers(arena.allocate(V4l2CreateBuffers.LAYOUT)).count(count).memory(V4l2.V4L2_MEMORY_MMAP);
        c.format().type(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE).pix().sizeImage(size);
        node.ioctl(V4l2.VIDIOC_CREATE_BUFS, c.segment());
        return c;
    }

    private int exportBuffer(DeviceNode node, int index) throws DeviceException {
        V4l2ExportBuffer e = new V4l2ExportBuffer(arena.allocate(V4l2ExportBuffer.LAYOUT)).type(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE).index(index);
        node.ioctl(V4l2.VIDIOC_EXPBUF, e.segment());
        return e.fd();
    }

    @Test
    void buffersOfACameraOutliveTheirSlots() throws DeviceException {
        DriverRegion region = region("camera", 64 * PAGE);
        SimNode camera = camera();
        V4l2Client client = V4l2Client.capture(camera);
        client.format(PixelFormat.NV12, 64, 48, 0);
        assertThat(errno(() -> create(camera, 1, PAGE))).as("less than the format needs").isEqualTo(Errno.EINVAL);
        assertThat(create(camera, 0, 4 * PAGE).index()).isZero();
        V4l2CreateBuffers c = create(camera, 2, 4 * PAGE);
        assertThat(c.count()).isEqualTo(2);
        assertThat(c.capabilities() & V4l2.V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS).isNotZero();
        assertThat(create(camera, 1, 4 * PAGE).index()).as("behind those that are there").isEqualTo(2);
        Extent extent = new Extent(region.id(), region.take(exportBuffer(camera, 1), 4 * PAGE).orThrow(), 4 * PAGE);
        assertThat(client.request(V4l2.V4L2_MEMORY_MMAP, 0)).isZero();
        assertThat(region.count()).isOne();
        board.soc.uncachedView(List.of(extent), arena).fill((byte) 3);
        region.ungrant(extent);
        assertThat(region.count()).isZero();
    }

    @Test
    void aStreamOfTheDriversOwnMemoryIsRealDma() throws DeviceException {
        region("camera", 64 * PAGE);
        SimNode camera = camera();
        camera.source.add((sequence, _, _, _, into) -> {
            into.fill((byte) 9);
            return true;
        });
        V4l2Client client = V4l2Client.capture(camera);
        client.format(PixelFormat.NV12, 64, 48, 0);
        client.fullSpeed();
        client.request(V4l2.V4L2_MEMORY_MMAP, 1);
        camera.ioctl(V4l2.VIDIOC_QBUF, client.buffer(0).memory(V4l2.V4L2_MEMORY_MMAP).segment());
        client.on();
        client.dequeue();
        assertThat(camera.map(0, PAGE).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 9);
        client.off();
    }

    @Test
    void aQueueBelongsToTheFileThatMadeItsBuffers() throws DeviceException {
        DriverRegion region = region("camera", 64 * PAGE);
        SimNode camera = camera();
        V4l2Client client = V4l2Client.capture(camera);
        client.format(PixelFormat.NV12, 64, 48, 0);
        client.request(2);
        DeviceFile file = camera.open();
        assertThat(errno(() -> create(file, 1, 4 * PAGE))).isEqualTo(Errno.EBUSY);
        assertThat(errno(() -> V4l2Client.capture(file).request(0))).as("it cannot take another's buffers away").isEqualTo(Errno.EBUSY);
        client.request(0);
        assertThat(create(file, 1, 4 * PAGE).count()).isOne();
        assertThat(errno(() -> client.request(2))).isEqualTo(Errno.EBUSY);
        assertThat(errno(() -> exportBuffer(camera, 0))).isEqualTo(Errno.EBUSY);
        int fd = exportBuffer(file, 0);
        file.close();
        file.close();
        assertThat(errno(() -> create(file, 1, 4 * PAGE))).isEqualTo(Errno.ENODEV);
        assertThat(client.request(2)).as("closing a file frees its queue").isEqualTo(2);
        assertThat(region.take(fd, 4 * PAGE).isOk()).as("and not what was exported").isTrue();
    }

    @Test
    void withoutMemoryOfItsOwnADriverSaysThatItsBuffersEndWithTheirSlots() throws DeviceException {
        SimNode camera = camera();
        V4l2RequestBuffers r = new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT)).type(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE).memory(V4l2.V4L2_MEMORY_DMABUF).count(1);
        camera.ioctl(V4l2.VIDIOC_REQBUFS, r.segment());
        assertThat(r.capabilities() & V4l2.V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS).isZero();
    }

    @Test
    void memoryThatTheDeviceDoesNotReachIsNoneForIt() throws DeviceException {
        board.soc.dram().add(new sharebuf.memory.Span(0x1_0000_0000L, 16 * PAGE));
        board.soc.addDriverRegion(RegionSpec.parse("test.driver~far", Board.config(DriverConfig.class, Map.of("sharebuf_region", "far", "sharebuf_device", "camera", "base",
                "0x100000000", "size", "64KiB"))), "camera", false);
        SimNode camera = camera();
        V4l2Client.capture(camera).format(PixelFormat.NV12, 64, 48, 0);
        assertThatThrownBy(() -> create(camera, 1, 4 * PAGE)).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            assertThat(e).hasMessageContaining("does not reach");
        });
    }

    @Test
    void aDriverHasOneMemoryAndItLiesOnNoOther() {
        region("card", 16 * PAGE);
        assertThatThrownBy(() -> board.soc.addDriverRegion(RegionSpec.parse("b", Board.config(DriverConfig.class, Map.of("sharebuf_region", "x", "sharebuf_device", "card",
                "base", "0x0", "size", "64KiB"))), "card", false)).hasMessageContaining("outside of region ram");
        assertThatThrownBy(() -> RegionSpec.parse("b", Board.config(DriverConfig.class, Map.of("sharebuf_region", "x", "size", "5")))).hasMessageContaining("size");
    }
}
