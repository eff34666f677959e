package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.sim.Faults;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** A codec with a memory bank for luma and another for chroma, as MFC v5 without an IOMMU, on the board odroid-u3. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class BanksTest {
    private static final Duration SOON = Duration.ofSeconds(20);

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

    @AfterEach
    void down() {
        deployer.takeDown();
        assertThat(inventory.snapshot().buffers()).isEmpty();
    }

    private void up() throws Exception {
        deployer.bringUp(board(), Map.of("iommu", "off"), SOON);
    }

    private static Path board() {
        return Path.of(System.getProperty("sharebuf.home"), "boards", "odroid-u3.json");
    }

    private static BufferSpec pictures(PixelFormat format, int width, int height, int count) {
        return BufferSpec.picture(format, width, height).count(count);
    }

    private static Outcome<BufferSet> allocate(Session session, BufferSpec spec, String... uses) {
        return session.allocateFor(spec, Arrays.stream(uses).map(UseId::parse).toList());
    }

    /** Where each object of each buffer really lies. */
    private List<List<String>> regions(BufferSet set) {
        Snapshot snapshot = inventory.snapshot();
        return set.buffers().stream().map(b -> snapshot.buffers().stream().filter(o -> o.id().equals(b.id())).findFirst().orElseThrow().objects().stream()
                .map(o -> o.region()).toList()).toList();
    }

    @Test
    @DisplayName("a decoder's picture has luma right and chroma left, an encoder's source both right, whoever shares them")
    void planesLieInTheirBanks() throws Exception {
        up();
        try (Session session = broker.open("test")) {
            assertThat(regions(allocate(session, pictures(PixelFormat.NV12M, 1280, 720, 4), "decoder:capture", "display").orThrow()))
                    .hasSize(4).containsOnly(List.of("right", "left"));
            assertThat(regions(allocate(session, pictures(PixelFormat.NV12M, 640, 480, 4), "camera", "encoder:output", "display").orThrow()))
                    .hasSize(4).containsOnly(List.of("right", "right"));
            assertThat(regions(allocate(session, pictures(PixelFormat.NV12, 640, 480, 1), "camera", "encoder:output").orThrow())).containsOnly(List.of("right"));
            assertThat(regions(allocate(session, pictures(PixelFormat.NV12M, 640, 480, 1), "camera", "display").orThrow()))
                    .as("whoever needs no bank gets none").containsOnly(List.of("cma", "cma"));
        }
    }

    @Test
    @DisplayName("one object for both planes is refused with the reason, and the fix works")
    void oneObjectIsRefused() throws Exception {
        up();
        try (Session session = broker.open("test")) {
            Refusal why = allocate(session, pictures(PixelFormat.NV12, 1280, 720, 4), "decoder:capture", "display").why().orElseThrow();
            assertThat(why.errno()).isEqualTo(Errno.EINVAL);
            assertThat(why.device() + ":" + why.use()).isEqualTo("decoder:capture");
            assertThat(why.found()).isEqualTo("NV12 has planes 0 and 1 in one object");
            assertThat(why.needed()).isEqualTo("plane 0 in right, plane 1 in left for decoder:capture");
            assertThat(why.fix()).isEqualTo("--format NV12M");
            Refusal both = allocate(session, pictures(PixelFormat.NV12M, 640, 480, 1), "decoder:capture", "encoder:output").why().orElseThrow();
            assertThat(both.constraint()).as("chroma that the decoder needs left and the encoder right").isEqualTo("region of object 1");
            assertThat(both.message()).contains("decoder:capture", "encoder:output");
        }
    }

    @Test
    @DisplayName("an exhausted bank is named with what it holds, also by a successor; live buffers stay where they are")
    void anExhaustedBankIsNamed() throws Exception {
        up();
        try (Session session = broker.open("test")) {
            BufferSet full = allocate(session, pictures(PixelFormat.NV12M, 1920, 1080, 4), "decoder:capture", "display").orThrow();
            List<Snapshot.Region> before = banks();
            Refusal why = allocate(session, pictures(PixelFormat.NV12M, 1920, 1080, 1), "decoder:capture", "display").why().orElseThrow();
            assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
            assertThat(why.device()).isEqualTo("decoder");
            assertThat(why.found()).startsWith("bank right of 8MiB holds 4 x object 0 of NV12M 1920x1080, 2.0MiB each; 32KiB free in right");
            assertThat(deployer.stop("allocator.banks").done()).isTrue();
            assertThat(deployer.start("allocator.banks").done()).isTrue();
            assertThat(banks()).isEqualTo(before);
            Refusal again = allocate(session, pictures(PixelFormat.NV12M, 1920, 1080, 1), "decoder:capture", "display").why().orElseThrow();
            assertThat(again.found()).isEqualTo(why.found());
            full.close();
            assertThat(allocate(session, pictures(PixelFormat.NV12M, 1920, 1080, 1), "decoder:capture", "display").isOk()).isTrue();
        }
    }

    private List<Snapshot.Region> banks() {
        return inventory.snapshot().regions().stream().filter(r -> r.name().equals("left") || r.name().equals("right")).toList();
    }

    @Test
    @DisplayName("a decoder that joins late finds no bank under the pictures and says which it needs; allowed to, they move")
    void aLateDecoderNeedsItsBanks() throws Exception {
        up();
        try (Session session = broker.open("test")) {
            BufferSet set = allocate(session, pictures(PixelFormat.NV12M, 640, 512, 2), "display").orThrow();
            Outcome<Attachment> never = set.attach(UseId.parse("decoder:capture"), MovePolicy.NEVER);
            assertThat(never.why().orElseThrow().constraint()).isEqualTo("region");
            assertThat(never.why().orElseThrow().message()).contains("right");
            assertThat(regions(set)).containsOnly(List.of("cma", "cma"));
            assertThat(set.attach(UseId.parse("decoder:capture"), new MovePolicy.Allow(Long.MAX_VALUE)).why()).isEmpty();
            assertThat(regions(set)).containsOnly(List.of("right", "left"));
        }
    }

    @Test
    @DisplayName("where nobody says which bank a plane needs, the hardware's ports stop it and it is told")
    void aForgottenConstraintIsSeen() throws Exception {
        String text = Files.readString(board());
        Path file = Files.writeString(folder.resolve("forgetful.json"), text.replace(", \"regions\": [\"capture.0=right\", \"capture.1=left\", \"output=left\"]", ""));
        assertThat(Files.readString(file)).isNotEqualTo(text);
        deployer.bringUp(file, Map.of("iommu", "off"), SOON);
        Faults faults = context.getService(context.getServiceReference(Faults.class));
        try (Session session = broker.open("test")) {
            BufferSet in = allocate(session, pictures(PixelFormat.NV12M, 640, 512, 1), "decoder:output").orThrow();
            BufferSet out = allocate(session, pictures(PixelFormat.NV12M, 640, 512, 1), "decoder:capture").orThrow();
            assertThat(regions(out)).containsOnly(List.of("cma", "cma"));
            VideoDevice decoder = session.device(VideoDevice.class, "decoder").orThrow();
            for (Queue queue : Queue.values()) {
                decoder.setFormat(queue, PixelFormat.NV12M, 640, 512, 0);
                decoder.requestBuffers(queue, Memory.DMABUF, 1);
                decoder.queue(queue, 0, (queue == Queue.OUTPUT ? in : out).buffers().getFirst().id());
                decoder.streamOn(queue);
            }
            assertThat(decoder.dequeue(Queue.CAPTURE, SOON).orElseThrow().error()).isTrue();
            assertThat(faults.stopped().getLast().message()).contains("decoder: output plane 0", "its port reaches left", "real hardware would have");
            for (Queue queue : Queue.values()) {
                decoder.streamOff(queue);
            }
        }
    }
}
