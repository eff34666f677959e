package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ForeignAddressException;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.node.DeviceException;
import sharebuf.itest.example.ShowCamera;
import sharebuf.sim.Faults;
import sharebuf.sim.FrameSink;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** Applications on queues and displays, through the broker's handles, on a board inside the framework. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class VideoTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @InjectBundleContext
    BundleContext context;
    private Faults faults;
    private Session session;

    @BeforeEach
    void board() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards/raspberrypi-4.json"), Map.of(), SOON);
        // There while a simulated board is.
        faults = context.getService(context.getServiceReference(Faults.class));
        session = broker.open("video test");
    }

    @AfterEach
    void down() {
        session.close();
        assertThat(inventory.snapshot().buffers()).isEmpty();
        faults.clear();
        deployer.takeDown();
    }

    private VideoDevice camera() {
        return session.device(VideoDevice.class, "camera").orThrow();
    }

    private BufferSet set(int count, String... uses) {
        return session.allocateFor(BufferSpec.picture(PixelFormat.NV12, WIDTH, HEIGHT).count(count), java.util.Arrays.stream(uses).map(UseId::parse).toList()).orThrow();
    }

    @Test
    @DisplayName("the example of the README shows every frame and gives everything back")
    void example() throws Exception {
        List<Long> seen = new CopyOnWriteArrayList<>();
        FrameSink sink = (sequence, format, width, height, pixels) -> seen.add(sequence);
        ServiceRegistration<FrameSink> watching = context.registerService(FrameSink.class, sink, new Hashtable<>(Map.of("sharebuf.device", "display")));
        ShowCamera.show(broker, "camera", "display", PixelFormat.NV12, 20);
        watching.unregister();
        assertThat(seen).as("pictures that the panel scanned out").hasSizeGreaterThanOrEqualTo(19);
        assertThat(inventory.snapshot().buffers()).isEmpty();
    }

    @Test
    @DisplayName("the driver's own memory: a picture arrives in MMAP buffers, and the memory is given back")
    void mmapCapture() throws Exception {
        VideoDevice camera = camera();
        VideoDevice.Format format = camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, WIDTH, HEIGHT, 0);
        camera.setFrameInterval(Queue.CAPTURE, Duration.ZERO);
        assertThat(camera.requestBuffers(Queue.CAPTURE, Memory.MMAP, 3)).isEqualTo(3);
        assertThat(inventory.snapshot().buffers()).hasSize(3);
        MemorySegment bytes = camera.map(Queue.CAPTURE, 0, 0);
        assertThat(bytes.byteSize()).isGreaterThanOrEqualTo(format.planes().getFirst().sizeImage());
        assertThat(bytes.mismatch(MemorySegment.ofArray(new byte[(int) bytes.byteSize()]))).as("new memory reads zero").isEqualTo(-1);
        camera.queue(Queue.CAPTURE, 0);
        camera.streamOn(Queue.CAPTURE);
        VideoDevice.Dequeued done = camera.dequeue(Queue.CAPTURE, SOON).orElseThrow();
        assertThat(done.index()).isZero();
        assertThat(done.sequence()).isZero();
        // Colour bars: the first row has several levels of luma.
        long levels = IntStream.range(0, WIDTH).map(x -> bytes.get(ValueLayout.JAVA_BYTE, x)).distinct().count();
        assertThat(levels).isGreaterThanOrEqualTo(6);
        camera.streamOff(Queue.CAPTURE);
        camera.requestBuffers(Queue.CAPTURE, Memory.MMAP, 0);
        assertThat(inventory.snapshot().buffers()).isEmpty();
    }

    @Test
    @DisplayName("wrong order and wrong index give V4L2's errno")
    void wrongOrder() throws Exception {
        VideoDevice camera = camera();
        errno(Errno.EINVAL, () -> camera.streamOn(Queue.CAPTURE));
        errno(Errno.EINVAL, () -> camera.dequeue(Queue.CAPTURE, Duration.ZERO));
        errno(Errno.EINVAL, () -> camera.formats(Queue.OUTPUT));
        BufferSet set = set(2, "camera");
        camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, WIDTH, HEIGHT, set.layout().planes().getFirst().pitch());
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 2);
        errno(Errno.EINVAL, () -> camera.queue(Queue.CAPTURE, 7, set.buffers().getFirst().id()));
        errno(Errno.EINVAL, () -> camera.queue(Queue.CAPTURE, 0));
        errno(Errno.EBUSY, () -> camera.setFormat(Queue.CAPTURE, PixelFormat.YUYV, WIDTH, HEIGHT, 0));
        camera.queue(Queue.CAPTURE, 0, set.buffers().getFirst().id());
        errno(Errno.EINVAL, () -> camera.queue(Queue.CAPTURE, 0, set.buffers().getFirst().id()));
        BufferSet foreign = set(1, "display");
        errno(Errno.EINVAL, () -> camera.queue(Queue.CAPTURE, 1, foreign.buffers().getFirst().id()));
        camera.streamOff(Queue.CAPTURE);
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 0);
    }

    private interface Ioctl {
        void run() throws Exception;
    }

    private static void errno(Errno wanted, Ioctl call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.errno()).isEqualTo(wanted));
    }

    @Test
    @DisplayName("from the camera's buffer to the screen without a copy; the CPU waits for the camera")
    void cameraToDisplay() throws Exception {
        BufferSet set = set(2, "camera", "display");
        SharedBuffer buffer = set.buffers().getFirst();
        VideoDevice camera = camera();
        camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, WIDTH, HEIGHT, set.layout().planes().getFirst().pitch());
        camera.setFrameInterval(Queue.CAPTURE, Duration.ZERO);
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 2);
        camera.queue(Queue.CAPTURE, 0, buffer.id());
        assertThat(buffer.beginCpuAccess(Access.READ, Duration.ZERO).why().orElseThrow().errno()).isEqualTo(Errno.ETIMEDOUT);
        camera.streamOn(Queue.CAPTURE);
        assertThat(camera.dequeue(Queue.CAPTURE, SOON)).isPresent();
        try (CpuAccess cpu = buffer.beginCpuAccess(Access.READ, SOON).orThrow()) {
            assertThat(cpu.plane(0).get(ValueLayout.JAVA_BYTE, 0)).isNotZero();
        }
        Display display = session.device(Display.class, "display").orThrow();
        int first = display.addFramebuffer(buffer.id());
        int second = display.addFramebuffer(set.buffers().get(1).id());
        errno(Errno.EBUSY, () -> display.pageFlip(first, 1));
        display.setMode(new Display.Mode(WIDTH, HEIGHT, 0), first);
        display.pageFlip(second, 77);
        Optional<Display.Flip> flip = display.flipEvent(SOON);
        assertThat(flip).isPresent();
        assertThat(flip.get().userData()).isEqualTo(77);
        errno(Errno.ENOENT, () -> display.pageFlip(12345, 0));
        camera.streamOff(Queue.CAPTURE);
        display.off();
    }

    @Test
    @DisplayName("an address that a device was not given is stopped, and says what real hardware would have done")
    void strayDmaIsStopped() {
        BufferSet set = set(1, "camera", "display");
        DmaAddress address = set.attachments().getFirst().address(set.buffers().getFirst().objects().getFirst()).orElseThrow();
        assertThat(faults.send("camera", address.address(), 64, true)).isEmpty();
        Faults.Stopped stray = faults.send("camera", address.address() + (64 << 20), 64, true).orElseThrow();
        assertThat(stray.message()).contains("camera", "real hardware would have");
        assertThat(faults.send("display", address.address(), 64, true)).as("the display may only read").isPresent();
        set.close();
        assertThat(faults.send("camera", address.address(), 64, true)).as("unmapped").isPresent();
        BufferSet gpu = set(1, "gpu:output");
        assertThat(gpu.attachments()).hasSize(1);
        assertThatThrownBy(() -> session.lookup(new DmaAddress("display", gpu.attachments().getFirst().address(gpu.buffers().getFirst().objects().getFirst()).orElseThrow().address())))
                .isInstanceOf(ForeignAddressException.class).hasMessageContaining("gpu").hasMessageContaining("display");
    }

    @Test
    @DisplayName("a device that is unplugged while it streams gives clear errors, and everybody else goes on")
    void unplugged() throws Exception {
        BufferSet set = set(2, "camera", "display");
        VideoDevice camera = camera();
        camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, WIDTH, HEIGHT, set.layout().planes().getFirst().pitch());
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 2);
        camera.queue(Queue.CAPTURE, 0, set.buffers().get(0).id());
        camera.streamOn(Queue.CAPTURE);
        faults.unplug("camera");
        assertThatThrownBy(() -> camera.dequeue(Queue.CAPTURE, SOON)).isInstanceOfAny(DeviceException.class, RefusedException.class);
        assertThat(session.allocateFor(BufferSpec.picture(PixelFormat.NV12, WIDTH, HEIGHT), java.util.List.of(UseId.parse("camera"))).why().orElseThrow().errno())
                .isEqualTo(Errno.ENODEV);
        set.close();
        assertThat(inventory.snapshot().mappings()).isEmpty();
        set(1, "display", "codec:capture").close();
    }

    @Test
    @DisplayName("a handle outlives a replaced importer")
    void handleOutlivesItsImporter() throws Exception {
        VideoDevice camera = camera();
        String card = camera.capability().card();
        assertThat(deployer.stop("importer.v4l2").done()).isTrue();
        assertThatThrownBy(camera::capability).isInstanceOf(RefusedException.class).hasMessageContaining("importer of camera");
        assertThat(deployer.start("importer.v4l2").done()).isTrue();
        assertThat(camera.capability().card()).isEqualTo(card);
        session.close();
        assertThatThrownBy(camera::capability).isInstanceOf(IllegalStateException.class);
    }
}
