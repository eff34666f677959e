package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** Devices whose first choice is a small region, and whose second is stated by the board: for copies, for memory that their drivers allocate, for late joins. */
@ExtendWith(ServiceExtension.class)
class BoardAlternativesTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final UseId CAPTURE = UseId.parse("encoder:capture");
    private static final int SIZE = 128 << 10;

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @TempDir
    Path folder;
    private Session session;

    /** The region {@code attic} has 64 KiB; the camera and what the encoder writes like it best. */
    private void up(String bounce, String alternatives) throws Exception {
        String board = Files.readString(Path.of(System.getProperty("sharebuf.home"), "boards/qemu-virt.json"));
        board = put(board, "\"sharebuf.sim.device~camera\": {", "\"sharebuf.sim.region~attic\": {\"sharebuf.region\": \"attic\", \"base\": \"0x40800000\", \"size\": \"64KiB\"},\n"
                + "\"sharebuf.allocator.cma~attic\": {\"sharebuf.region\": \"attic\"},\n$0 \"alternatives\": [{\"regions\": [\"ram\"]}],");
        board = put(board, "\"sharebuf.sim.device~encoder\": {", "$0 \"alternatives\": " + alternatives + ",");
        board = put(board, "\"sharebuf.importer.v4l2~encoder\": {", "$0 \"regions\": [\"capture=attic\"],");
        board = put(board, "\"sharebuf.importer.v4l2~camera\": {", "$0 \"regions\": [\"camera=attic\"],");
        Map<String, String> options = Map.of("cma", "64MiB", "encoderMask", "0x4fffffff", "bounce", bounce, "swiotlb", "8MiB");
        assertThat(deployer.bringUp(Files.writeString(folder.resolve("attic.json"), board), options, SOON).missing()).isEmpty();
        session = broker.open("alternatives");
    }

    private static String put(String board, String there, String instead) {
        assertThat(board).contains(there);
        return board.replace(there, instead.replace("$0", there));
    }

    @AfterEach
    void down() {
        session.close();
        Snapshot left = inventory.snapshot();
        assertThat(left.buffers()).isEmpty();
        assertThat(left.mappings()).isEmpty();
        deployer.takeDown();
    }

    private Outcome<BufferSet> allocate(int size) {
        return session.allocateFor(BufferSpec.bytes(size), List.of(CAPTURE, UseId.parse("cpu")));
    }

    private static List<String> lines(Explanation e, String constraint) {
        return e.constraints().stream().filter(l -> l.constraint().equals(constraint)).map(Explanation.Line::value).toList();
    }

    @Test
    @DisplayName("memory of the second choice, which the encoder does not reach, is copied where the first has none; the copy suits the second choice")
    void bounces() throws Exception {
        up("allow", "{\"capture\": [{\"regions\": [\"cma\"], \"align\": \"64KiB\"}]}");
        try (BufferSet best = allocate(4096).orThrow()) {
            assertThat(lines(best.explain(), "alternative")).containsExactly("1 of 2");
            assertThat(best.attachments().getFirst().bounced(best.buffers().getFirst().objects().getFirst())).isZero();
        }
        try (BufferSet small = allocate(SIZE).orThrow(); BufferSet second = allocate(SIZE + 4096).orThrow(); BufferSet third = allocate(SIZE).orThrow()) {
            for (BufferSet set : List.of(small, second, third)) {
                Attachment a = set.attachments().getFirst();
                assertThat(a.use().dma().regions().get(0)).containsExactly("cma");
                assertThat(a.bounced(set.buffers().getFirst().objects().getFirst())).isEqualTo(set.spec().bytes());
                assertThat(a.address(set.buffers().getFirst().objects().getFirst()).orElseThrow().address() % (64 << 10)).isZero();
                assertThat(lines(set.explain(), "alternative")).singleElement().asString().startsWith("2 of 2; not 1: ");
                assertThat(lines(set.explain(), "bounce")).hasSize(1);
            }
        }
        Explanation asked = broker.explain(BufferSpec.bytes(SIZE), List.of(CAPTURE));
        assertThat(asked.refusal()).isEmpty();
        assertThat(lines(asked, "alternative")).singleElement().asString().startsWith("2 of 2; not 1: ");
    }

    @Test
    @DisplayName("where nothing is copied that is refused, with why of the first choice")
    void refused() throws Exception {
        up("refuse", "{\"capture\": [{\"regions\": [\"cma\"]}]}");
        Refusal why = allocate(SIZE).why().orElseThrow();
        assertThat(why.found()).as(why.toString()).contains("attic");
        assertThat(broker.explain(BufferSpec.bytes(SIZE), List.of(CAPTURE)).refusal()).isPresent();
    }

    @Test
    @DisplayName("what a driver allocates for itself (MMAP) comes from the second choice where the first has none")
    void driversOwn() throws Exception {
        up("refuse", "[]");
        VideoDevice camera = session.device(VideoDevice.class, "camera").orThrow();
        camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, 640, 480, 0);
        camera.setFrameInterval(Queue.CAPTURE, Duration.ZERO);
        assertThat(camera.requestBuffers(Queue.CAPTURE, Memory.MMAP, 2)).isEqualTo(2);
        assertThat(inventory.snapshot().buffers()).hasSize(2).allSatisfy(b -> assertThat(b.objects().getFirst().region()).isEqualTo("ram"));
        camera.queue(Queue.CAPTURE, 0);
        camera.streamOn(Queue.CAPTURE);
        assertThat(camera.dequeue(Queue.CAPTURE, SOON)).isPresent();
        camera.streamOff(Queue.CAPTURE);
        camera.requestBuffers(Queue.CAPTURE, Memory.MMAP, 0);
        camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, 64, 64, 0);
        camera.requestBuffers(Queue.CAPTURE, Memory.MMAP, 1);
        assertThat(inventory.snapshot().buffers()).singleElement().satisfies(b -> assertThat(b.objects().getFirst().region()).as("the best, where it has room").isEqualTo("attic"));
        camera.requestBuffers(Queue.CAPTURE, Memory.MMAP, 0);
    }
}
