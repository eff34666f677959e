package sharebuf.itest.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.util.tracker.ServiceTracker;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** The broker's bundle is stopped under a running camera: sessions end in order, and another broker finds the device at rest. */
@ExtendWith(BundleContextExtension.class)
class CoreStopTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @InjectBundleContext
    BundleContext context;
    private ServiceTracker<Deployer, Deployer> deployers;
    private ServiceTracker<BufferBroker, BufferBroker> brokers;
    private Bundle core;

    @BeforeEach
    void up() throws Exception {
        deployers = new ServiceTracker<>(context, Deployer.class, null);
        deployers.open();
        brokers = new ServiceTracker<>(context, BufferBroker.class, null);
        brokers.open();
        core = Arrays.stream(context.getBundles()).filter(b -> "broker".equals(b.getSymbolicName())).findFirst().orElseThrow();
        bringUp();
    }

    private void bringUp() throws Exception {
        deployers.waitForService(10_000).bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "raspberrypi-4.json"), Map.of(), Duration.ofSeconds(20));
    }

    @AfterEach
    void down() throws Exception {
        core.start();
        deployers.waitForService(10_000).takeDown();
        deployers.close();
        brokers.close();
    }

    private static BufferSet streaming(Session session, VideoDevice camera) throws Exception {
        BufferSpec spec = BufferSpec.picture(PixelFormat.NV12, 640, 480).count(3);
        BufferSet set = session.allocateFor(spec, List.of(UseId.parse("camera"), UseId.parse("cpu"))).orThrow();
        camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, 640, 480, set.layout().planes().getFirst().pitch());
        camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 3);
        for (int i = 0; i < 3; i++) {
            camera.queue(Queue.CAPTURE, i, set.buffers().get(i).id());
        }
        camera.streamOn(Queue.CAPTURE);
        camera.dequeue(Queue.CAPTURE, SOON).orElseThrow();
        return set;
    }

    @Test
    @DisplayName("DMA is stopped, what the CPU has mapped stays until it is closed, handles answer ENODEV")
    void sessionsEndInOrder() throws Exception {
        Session session = brokers.waitForService(10_000).open("test");
        VideoDevice camera = session.device(VideoDevice.class, "camera").orThrow();
        BufferSet set = streaming(session, camera);
        CpuAccess access = set.buffers().getFirst().beginCpuAccess(Access.READ, SOON).orThrow();
        MemorySegment bytes = access.object(0);

        core.stop();

        // Mapped still, whatever stands there: the board is taken down by the deployer, which cannot be without the broker.
        bytes.get(ValueLayout.JAVA_BYTE, bytes.byteSize() - 1);
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable use : List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                () -> camera.dequeue(Queue.CAPTURE, SOON), () -> session.allocateFor(BufferSpec.bytes(1), List.of(UseId.parse("cpu"))), () -> set.attach(UseId.parse("display"), sharebuf.buffer.MovePolicy.NEVER))) {
            assertThatThrownBy(use).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.refusal().errno()).isEqualTo(Errno.ENODEV));
        }
        access.close();
        assertThatThrownBy(() -> bytes.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);

        core.start();
        bringUp();
        // The device was stopped: it takes other buffers and streams.
        try (Session again = brokers.waitForService(10_000).open("again")) {
            VideoDevice fresh = again.device(VideoDevice.class, "camera").orThrow();
            streaming(again, fresh);
            fresh.streamOff(Queue.CAPTURE);
        }
    }
}
