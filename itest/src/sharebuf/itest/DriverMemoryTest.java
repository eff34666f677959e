package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.sim.Faults;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** Memory that a driver makes: allocated with the driver's own ioctls, shared like any other, alive without its plug-in. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class DriverMemoryTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final long ROOM = 8 << 20;

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @InjectBundleContext
    BundleContext context;
    @TempDir
    Path folder;
    private Session session;

    @AfterEach
    void down() {
        if (session != null) {
            session.close();
        }
        assertThat(inventory.snapshot().buffers()).isEmpty();
        assertThat(inventory.snapshot().mappings()).isEmpty();
        // A board without simulated hardware, or none, has nothing to break.
        Optional.ofNullable(context.getServiceReference(Faults.class)).map(context::getService).ifPresent(faults -> {
            assertThat(faults.stopped()).isEmpty();
            faults.clear();
        });
        deployer.takeDown();
    }

    /** A camera and a display; ordinary memory where an allocator is named, and memory of a driver. */
    private Path board(String ordinary, String plugin, String device) throws Exception {
        String bundle = plugin.replaceFirst("sharebuf\\.(.*)", "$1");
        return Files.writeString(folder.resolve("board.json"), """
            {
              "feature-resource-version": "1.0", "id": "org.sharebuf:driver-memory:0.1.0", "name": "driver-memory", "description": "a camera and a display",
              "variables": {},
              "bundles": [{"id": "org.sharebuf:%2$s:0.1.0"}, {"id": "org.sharebuf:allocator.generic:0.1.0"}, {"id": "org.sharebuf:mapops.direct:0.1.0"},
                          {"id": "org.sharebuf:importer.v4l2:0.1.0"}, {"id": "org.sharebuf:importer.drm:0.1.0"}],
              "configurations": {
                "sharebuf.sim.memory~dram": {"base": "0x0", "size": "64MiB"},
                "sharebuf.sim.region~ram": {"sharebuf.region": "ram", "base": "0x0", "size": "4MiB", "seat": "vacant"},
                "sharebuf.sim.driver~own": {"sharebuf.region": "%4$s.own", "sharebuf.device": "%4$s", "base": "16MiB", "size": "8MiB"},
                "sharebuf.sim.device~camera": {"sharebuf.device": "camera", "sharebuf.node": "v4l2", "role": "capture", "sharebuf.addressSpace": "bus",
                  "dmaRanges": ["0xc0000000 0x0 1GiB"], "formats": ["NV12", "NV12M", "YUYV"], "multiplanar": true},
                "sharebuf.sim.device~display": {"sharebuf.device": "display", "sharebuf.node": "drm", "role": "scanout", "sharebuf.addressSpace": "bus",
                  "formats": ["NV12", "NV12M", "YUYV"], "pitchAlign": "64"},
                %1$s
                "%3$s~own": {"sharebuf.region": "%4$s.own"},
                "sharebuf.mapops.direct~bus": {"sharebuf.addressSpace": "bus"},
                "sharebuf.importer.v4l2~camera": {"sharebuf.device": "camera"},
                "sharebuf.importer.drm~display": {"sharebuf.device": "display"}
              }
            }
            """.formatted(ordinary, bundle, plugin, device));
    }

    private void up(String ordinary, String plugin, String device) throws Exception {
        assertThat(deployer.bringUp(board(ordinary, plugin, device), Map.of(), SOON).missing()).isEmpty();
        session = broker.open("driver memory test");
    }

    private Outcome<BufferSet> set(PixelFormat format, int count) {
        return session.allocateFor(BufferSpec.picture(format, WIDTH, HEIGHT).count(count), List.of(UseId.parse("camera"), UseId.parse("display")));
    }

    private void bytes(long size) {
        session.allocateFor(BufferSpec.bytes(size), List.of(UseId.parse("cpu"))).orThrow().close();
    }

    private static String allocator(BufferSet set) {
        return set.explain().choices().getFirst().allocator();
    }

    /** One frame from the camera to the screen. */
    private void frame(BufferSet set) throws Exception {
        SharedBuffer buffer = set.buffers().getFirst();
        VideoDevice camera = session.device(VideoDevice.class, "camera").orThrow();
        camera.setFormat(Queue.CAPTURE, set.spec().format().orElseThrow(), WIDTH, HEIGHT, set.layout().planes().getFirst().pitch());
        camera.setFrameInterval(Queue.CAPTURE, Duration.ZERO);
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 1);
        camera.queue(Queue.CAPTURE, 0, buffer.id());
        camera.streamOn(Queue.CAPTURE);
        assertThat(camera.dequeue(Queue.CAPTURE, SOON)).isPresent();
        camera.streamOff(Queue.CAPTURE);
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 0);
        try (CpuAccess cpu = buffer.beginCpuAccess(Access.READ, SOON).orThrow()) {
            assertThat(cpu.plane(0).get(ValueLayout.JAVA_BYTE, 0)).isNotZero();
        }
        Display display = session.device(Display.class, "display").orThrow();
        int framebuffer = display.addFramebuffer(buffer.id());
        display.setMode(new Display.Mode(WIDTH, HEIGHT, 0), framebuffer);
        display.off();
        display.removeFramebuffer(framebuffer);
    }

    private static void assertZero(BufferSet set) {
        for (SharedBuffer buffer : set.buffers()) {
            try (CpuAccess cpu = buffer.beginCpuAccess(Access.READ, SOON).orThrow()) {
                for (int plane = 0; plane < set.layout().planes().size(); plane++) {
                    MemorySegment bytes = cpu.plane(plane);
                    assertThat(bytes.mismatch(MemorySegment.ofArray(new byte[(int) bytes.byteSize()]))).as("new memory reads zero").isEqualTo(-1);
                }
            }
        }
    }

    @Test
    @DisplayName("dumb buffers of the display: what the camera writes there is shown, and comes back to the driver uncleared but goes out clear")
    void dumbBuffers() throws Exception {
        up("", "sharebuf.exporter.drm", "display");
        for (int round = 0; round < 3; round++) {
            BufferSet set = set(PixelFormat.NV12, 3).orThrow();
            assertThat(allocator(set)).startsWith("sharebuf.exporter.drm");
            assertZero(set);
            frame(set);
            set.close();
        }
        bytes(ROOM);
    }

    @Test
    @DisplayName("an object a plane: each is a buffer of the driver's of its own")
    void objectsOneByOne() throws Exception {
        up("", "sharebuf.exporter.drm", "display");
        BufferSet set = set(PixelFormat.NV12M, 2).orThrow();
        assertThat(set.layout().objects()).hasSize(2);
        frame(set);
    }

    @Test
    @DisplayName("ordinary memory comes first, the driver's when that is used up, and what does not fit either is refused with both reasons")
    void afterOrdinaryMemory() throws Exception {
        up("\"sharebuf.allocator.generic~ram\": {\"sharebuf.region\": \"ram\"},", "sharebuf.exporter.drm", "display");
        BufferSet first = set(PixelFormat.YUYV, 4).orThrow();
        assertThat(allocator(first)).startsWith("sharebuf.allocator.generic");
        BufferSet second = set(PixelFormat.YUYV, 8).orThrow();
        assertThat(allocator(second)).startsWith("sharebuf.exporter.drm");
        assertThat(set(PixelFormat.YUYV, 8).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
            assertThat(why.allocators()).extracting(a -> a.name()).anyMatch(n -> n.startsWith("sharebuf.exporter.drm")).anyMatch(n -> n.startsWith("sharebuf.allocator.generic"));
        });
        first.close();
        second.close();
        bytes(ROOM);
    }

    @Test
    @DisplayName("its plug-in stopped: buffers live on and are freed without it; started, it serves what is left")
    void stoppedAndStarted() throws Exception {
        up("", "sharebuf.exporter.drm", "display");
        BufferSet live = set(PixelFormat.NV12, 2).orThrow();
        BufferSet freed = set(PixelFormat.NV12, 12).orThrow();
        assertThat(deployer.stop("exporter.drm").done()).isTrue();
        frame(live);
        freed.close();
        assertThat(set(PixelFormat.NV12, 1).isOk()).isFalse();
        assertThat(deployer.start("exporter.drm").done()).isTrue();
        BufferSet more = set(PixelFormat.NV12, 12).orThrow();
        frame(live);
        more.close();
        live.close();
        bytes(ROOM);
    }

    @Test
    @DisplayName("buffers of the camera's driver: exported, orphaned, filled by the camera itself and shown")
    void mmapBuffers() throws Exception {
        up("", "sharebuf.exporter.v4l2", "camera");
        for (int round = 0; round < 2; round++) {
            BufferSet set = set(PixelFormat.NV12, 3).orThrow();
            assertThat(allocator(set)).startsWith("sharebuf.exporter.v4l2");
            assertZero(set);
            frame(set);
            set.close();
        }
        bytes(ROOM);
        BufferSet planes = set(PixelFormat.NV12M, 2).orThrow();
        frame(planes);
        planes.close();
        bytes(ROOM - (1 << 20)); // a slot of this format has a second plane, as long as the slot is there
    }

    @Test
    @DisplayName("a queue in use: no memory of it now, and what streams is not disturbed; its plug-in may go meanwhile")
    void mmapBuffersWhileStreaming() throws Exception {
        up("", "sharebuf.exporter.v4l2", "camera");
        BufferSet set = set(PixelFormat.NV12, 2).orThrow();
        VideoDevice camera = session.device(VideoDevice.class, "camera").orThrow();
        camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, WIDTH, HEIGHT, set.layout().planes().getFirst().pitch());
        camera.setFrameInterval(Queue.CAPTURE, Duration.ZERO);
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 2);
        camera.queue(Queue.CAPTURE, 0, set.buffers().getFirst().id());
        camera.streamOn(Queue.CAPTURE);
        assertThat(set(PixelFormat.NV12, 1).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EBUSY);
            assertThat(why.message()).contains("camera", "queue");
        });
        assertThat(camera.dequeue(Queue.CAPTURE, SOON)).isPresent();
        assertThat(deployer.stop("exporter.v4l2").done()).isTrue();
        camera.queue(Queue.CAPTURE, 0, set.buffers().getFirst().id());
        assertThat(camera.dequeue(Queue.CAPTURE, SOON)).isPresent();
        camera.streamOff(Queue.CAPTURE);
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 0);
        set.close();
        assertThat(deployer.start("exporter.v4l2").done()).isTrue();
        bytes(ROOM);
    }

    @Test
    @DisplayName("a card that is unplugged gives no more memory; what it gave stays")
    void unplugged() throws Exception {
        up("", "sharebuf.exporter.drm", "display");
        BufferSet live = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, WIDTH, HEIGHT).count(2), List.of(UseId.parse("camera"))).orThrow();
        context.getService(context.getServiceReference(Faults.class)).unplug("display");
        try (CpuAccess cpu = live.buffers().getFirst().beginCpuAccess(Access.READ_WRITE, SOON).orThrow()) {
            cpu.plane(0).fill((byte) 1);
        }
        assertThat(session.allocateFor(BufferSpec.bytes(4096), List.of(UseId.parse("camera"))).isOk()).isFalse();
        live.close();
    }

    @Test
    @DisplayName("a region of a driver that the board does not have is refused by its key")
    void unknownDriver() throws Exception {
        Path file = board("", "sharebuf.exporter.drm", "screen");
        assertThat(org.junit.jupiter.api.Assertions.assertThrows(BoardException.class, () -> deployer.bringUp(file, Map.of(), SOON)))
                .hasMessageContaining("sharebuf.sim.driver~own/sharebuf.device").hasMessageContaining("camera, display");
    }
}
