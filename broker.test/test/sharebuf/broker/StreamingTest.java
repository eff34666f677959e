package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.importer.StreamingDma.Attribute;
import sharebuf.inventory.Violation;
import sharebuf.inventory.Violation.Kind;

/** What is streamed is handed over range by range, and each wrong call is named and changes nothing. */
class StreamingTest {
    private static final UseId CAMERA = new UseId("camera", "camera");
    private static final UseId ENCODER = new UseId("encoder", "encoder");

    private final Scene scene = new Scene();
    private BufferSet set;
    private ObjectId object;
    private Streaming dma;

    @BeforeEach
    void mapped() {
        scene.seat("cma", CmaFor.region(scene.region("cma", 0x10000000, 4 * Scene.MIB)), "allocator.cma");
        scene.device("camera", Access.WRITE, Scene.contiguous());
        scene.device("encoder", Access.READ, Scene.contiguous());
        set = scene.session.allocateFor(BufferSpec.bytes(64 << 10), Scene.uses("camera", "encoder")).orThrow();
        object = set.buffers().getFirst().objects().getFirst();
        dma = scene.broker.streaming();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void handsOverWhatWasAskedForAndNoMore() {
        DmaAddress address = dma.map(ENCODER, object, 4096, 8192, Access.READ, Set.of());
        dma.syncForCpu(new DmaAddress("encoder", address.address() + 128), 256, Access.READ);
        dma.syncForDevice(new DmaAddress("encoder", address.address() + 128), 256, Access.READ);
        dma.unmap(address, 8192, Access.READ, Set.of());
        assertThat(scene.platform.synced).containsExactly("device encoder 4096+8192 READ", "cpu encoder 4224+256 READ", "device encoder 4224+256 READ", "cpu encoder 4096+8192 READ");
        assertThat(scene.broker.violations()).isEmpty();
    }

    @Test
    void whoSkipsTheSyncHandsNothingOver() {
        DmaAddress address = dma.map(CAMERA, object, 0, 4096, Access.WRITE, Set.of(Attribute.SKIP_CPU_SYNC));
        dma.unmap(address, 4096, Access.WRITE, Set.of(Attribute.SKIP_CPU_SYNC));
        assertThat(scene.platform.synced).isEmpty();
    }

    @Test
    void aJobHandsOverTheWholeBufferAndTakesItBackOnce() {
        scene.broker.jobs().begin(CAMERA, object.buffer());
        scene.broker.jobs().complete(CAMERA, object.buffer());
        scene.broker.jobs().complete(CAMERA, object.buffer());
        assertThat(scene.platform.synced).containsExactly("begin camera WRITE", "end camera WRITE");
    }

    @Test
    void namesEachWrongCallWithBothLines() {
        DmaAddress address = dma.map(CAMERA, object, 0, 4096, Access.WRITE, Set.of());
        int syncs = scene.platform.synced.size();
        assertThatThrownBy(() -> dma.unmap(address, 8192, Access.WRITE, Set.of())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("mapped are 4096 bytes");
        assertThatThrownBy(() -> dma.unmap(address, 4096, Access.READ, Set.of())).hasMessageContaining("to device: mapped are").hasMessageContaining("from device");
        assertThatThrownBy(() -> dma.syncForCpu(new DmaAddress("camera", address.address() + 4000), 97, Access.WRITE)).hasMessageContaining("goes beyond");
        assertThatThrownBy(() -> dma.syncForCpu(new DmaAddress("encoder", address.address()), 96, Access.READ)).hasMessageContaining("was given to camera and means nothing to encoder");
        assertThatThrownBy(() -> dma.syncForDevice(new DmaAddress("camera", address.address() + 8192), 1, Access.WRITE)).hasMessageContaining("nothing is mapped there");
        assertThat(scene.platform.synced).as("a wrong call does nothing").hasSize(syncs);
        dma.unmap(address, 4096, Access.WRITE, Set.of());
        assertThatThrownBy(() -> dma.unmap(address, 4096, Access.WRITE, Set.of())).hasMessageContaining("taken away already at ");
        assertThat(scene.broker.violations()).extracting(Violation::kind).containsExactly(Kind.WRONG_SIZE, Kind.WRONG_DIRECTION, Kind.FOREIGN_ADDRESS, Kind.NOT_MAPPED,
                Kind.DOUBLE_UNMAP);
        assertThat(scene.broker.violations().getFirst().count()).as("the broker's own package has no lines here: two wrong sizes are one place").isEqualTo(2);
        assertThat(scene.reports).as("each is told once").hasSize(5);
    }

    @Test
    void aDeviceGetsNoMoreThanItsUseDeclares() {
        assertThatThrownBy(() -> dma.map(ENCODER, object, 0, 4096, Access.READ_WRITE, Set.of())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the use is for READ");
        assertThatThrownBy(() -> dma.map(ENCODER, object, 65535, 2, Access.READ, Set.of())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("inside one of its segments");
    }

    @Test
    void memoryThatGoesWhileItIsMappedIsNamed() {
        dma.map(ENCODER, object, 0, 4096, Access.READ, Set.of());
        set.close();
        assertThat(scene.broker.violations()).extracting(Violation::kind).containsExactly(Kind.FREE_WHILE_MAPPED);
        assertThat(scene.broker.violations().getFirst().message()).contains("4096 bytes of " + object);
    }

    @Test
    void aDeviceThatGoesIsAskedForWhatItLeft() {
        dma.map(ENCODER, object, 0, 4096, Access.READ, Set.of());
        dma.map(ENCODER, object, 4096, 4096, Access.READ, Set.of());
        scene.broker.nodeGone(scene.broker.directory().device("encoder").orElseThrow());
        assertThat(scene.broker.violations()).hasSize(1).first().satisfies(v -> {
            assertThat(v.kind()).isEqualTo(Kind.LEAK);
            assertThat(v.message()).startsWith("2 mappings were left");
            assertThat(v.at()).isEqualTo("removal of device encoder");
        });
    }

    @Test
    void repetitionsAreCounted() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> dma.unmap(new DmaAddress("camera", 64), 4096, Access.WRITE, Set.of())).hasMessageContaining("nothing is mapped there");
        }
        assertThat(scene.broker.violations()).hasSize(1).first().extracting(Violation::count).isEqualTo(5L);
        assertThat(scene.reports).hasSize(1);
    }
}
