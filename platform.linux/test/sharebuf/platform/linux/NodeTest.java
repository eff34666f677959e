package sharebuf.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.buffer.Errno;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Capability;

/** A node's calls on a named pipe, which can be opened, polled and read as a device can. */
class NodeTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path root;
    private FakeKernel kernel;
    private LinuxPlatform platform;
    private LinuxNode node;
    private final Arena arena = Arena.ofAuto();

    @BeforeEach
    void pipe() throws IOException, InterruptedException, CallFailed {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        Files.createDirectories(root.resolve("dev"));
        assertThat(new ProcessBuilder("mkfifo", root.resolve("dev/video0").toString()).start().waitFor()).isZero();
        kernel = new FakeKernel(Libc.find().get());
        platform = new LinuxPlatform(kernel, new Machine(root));
        node = platform.addDevice(spec("camera"));
    }

    @AfterEach
    void end() {
        platform.close();
        assertThat(platform.descriptors().count()).isZero();
    }

    private static DeviceSpec spec(String name) {
        return new DeviceSpec(new Device(name, List.of(), "kernel", DmaConstraints.builder().build()), DeviceNode.V4L2, "/dev/video0", OptionalLong.empty(), false);
    }

    private static Errno errno(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(call);
        assertThat(thrown).isInstanceOf(DeviceException.class);
        return ((DeviceException) thrown).errno();
    }

    @Test
    void anErrnoNamesDeviceAndIoctl() {
        MemorySegment arg = arena.allocate(V4l2Capability.LAYOUT);
        assertThatThrownBy(() -> node.ioctl(V4l2.VIDIOC_QUERYCAP, arg)).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.ENOTTY);
            assertThat(e).hasMessageContainingAll("camera", "VIDIOC_QUERYCAP");
        });
        kernel.interrupts = 3;
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_QUERYCAP, arg))).as("EINTR is repeated").isEqualTo(Errno.ENOTTY);
        assertThat(kernel.interrupts).isZero();
    }

    @Test
    void readingAndPollingAreAsOfADevice() throws DeviceException, IOException {
        MemorySegment into = arena.allocate(16);
        assertThat(errno(() -> node.read(into))).isEqualTo(Errno.EAGAIN);
        assertThat(node.poll(DeviceNode.POLLIN, Duration.ZERO)).isZero();
        assertThat(node.poll(DeviceNode.POLLIN, Duration.ofMillis(60))).as("longer than one slice").isZero();
        Files.write(root.resolve("dev/video0"), new byte[] {1, 2, 3});
        assertThat(node.poll(DeviceNode.POLLIN, LONG)).isEqualTo(DeviceNode.POLLIN);
        assertThat(node.read(into)).isEqualTo(3);
    }

    @Test
    void aPollEndsWhenItsThreadIsInterrupted() throws Exception {
        CompletableFuture<Errno> told = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().start(() -> {
            begun.countDown();
            told.complete(errno(() -> node.poll(DeviceNode.POLLIN, LONG)));
        });
        begun.await();
        thread.interrupt();
        assertThat(told.get(5, TimeUnit.SECONDS)).isEqualTo(Errno.EINTR);
    }

    @Test
    void aPollEndsWhenTheNodeIsClosed() throws Exception {
        CompletableFuture<Errno> told = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> told.complete(errno(() -> node.poll(DeviceNode.POLLIN, LONG))));
        platform.removeDevice(node);
        assertThat(told.get(5, TimeUnit.SECONDS)).isEqualTo(Errno.ENODEV);
    }

    @Test
    void aClosedNodeSaysSoToEverything() {
        platform.removeDevice(node);
        MemorySegment arg = arena.allocate(V4l2Capability.LAYOUT);
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_QUERYCAP, arg))).isEqualTo(Errno.ENODEV);
        assertThat(errno(() -> node.read(arg))).isEqualTo(Errno.ENODEV);
        assertThat(errno(() -> node.poll(DeviceNode.POLLIN, LONG))).isEqualTo(Errno.ENODEV);
        assertThat(errno(() -> node.map(0, 4096))).isEqualTo(Errno.ENODEV);
    }

    @Test
    void anotherFileIsAnotherDescriptorAndEndsAloneOrWithItsNode() throws DeviceException {
        long before = platform.descriptors().count();
        try (DeviceFile file = node.open()) {
            assertThat(platform.descriptors().count()).isEqualTo(before + 1);
            assertThat(file.device()).isEqualTo(node.device());
            assertThat(errno(() -> file.ioctl(V4l2.VIDIOC_QUERYCAP, arena.allocate(V4l2Capability.LAYOUT)))).isEqualTo(Errno.ENOTTY);
        }
        assertThat(platform.descriptors().count()).isEqualTo(before);
        assertThat(errno(() -> node.read(arena.allocate(16)))).as("the first one is open").isEqualTo(Errno.EAGAIN);
        DeviceFile left = node.open();
        platform.removeDevice(node);
        assertThat(platform.descriptors().count()).isZero();
        assertThat(errno(() -> left.read(arena.allocate(16)))).isEqualTo(Errno.ENODEV);
        assertThat(errno(node::open)).as("a file of a node that is gone").isEqualTo(Errno.ENODEV);
        left.close();
    }

    @Test
    void aDescriptorThatSomebodyElseClosedIsToldAndNamed() {
        kernel.stolen = node.number();
        assertThat(errno(() -> node.ioctl(V4l2.VIDIOC_QUERYCAP, arena.allocate(V4l2Capability.LAYOUT)))).isEqualTo(Errno.EBADF);
        assertThat(errno(() -> node.poll(DeviceNode.POLLIN, LONG))).isEqualTo(Errno.EBADF);
        platform.removeDevice(node);
        assertThat(platform.toString()).contains("closed by somebody else", "video0");
    }

    @Test
    void aNodeThatIsNotThereIsToldWithItsPath() {
        Device device = new Device("other", List.of(), "kernel", DmaConstraints.builder().build());
        assertThatThrownBy(() -> platform.addDevice(new DeviceSpec(device, DeviceNode.DRM, "/dev/dri/card7", OptionalLong.empty(), false))).isInstanceOf(CallFailed.class)
                .hasMessageContainingAll("card7", "ENOENT");
        assertThatThrownBy(() -> platform.addDevice(spec("camera"))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("camera");
        assertThat(platform.descriptors().count()).as("what was not added is closed").isEqualTo(1);
    }
}
