package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.inventory.Snapshot;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;

/**
 * A job that never ends: its memory is used again only when the device cannot reach it any more. Of a mapping that the kernel made, only the
 * importer, the kernel or the end of the device say when that is.
 */
class QuarantineTest {
    private static final UseId CAMERA = UseId.parse("camera");
    private static final long REGION = 16 * 4096;
    private final Scene scene = new Scene(BrokerLimits.of(200, 150, 500, 60));
    private boolean breaks;

    /** The kernel maps. */
    private static final class Kernel implements DmaMapOps {
        @Override
        public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
            return MemoryConstraints.NONE;
        }

        @Override
        public void map(MapRequest request, Table table) {
            table.opaque("the kernel");
        }

        @Override
        public void unmap(Mapped mapped, Table table) {
        }
    }

    @BeforeEach
    void board() {
        scene.region("ram", 0x1000_0000L, REGION);
        scene.seat("ram", new Shelf(1, REGION), "ram");
        scene.broker.node(Node.of(new Device("camera", List.of(), "kernel", Scene.any())));
        scene.mapops("kernel", new Kernel());
        scene.device("camera", "kernel", Access.WRITE, Scene.any(), new Scene.Quiet("camera", Access.WRITE, Scene.any()) {
            @Override
            public void detached(Attached a) {
                if (breaks) {
                    throw new IllegalStateException("the stream does not stop");
                }
            }
        });
        scene.device("scanner", Access.WRITE, Scene.any());
    }

    @AfterEach
    void nothingIsLeft() {
        scene.broker.sweep();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.exported).isEmpty();
        assertThat(scene.broker.buffers()).isEmpty();
        scene.close();
    }

    /** A set whose first buffer is being written for ever, closed. */
    private BufferId closedWhileItIsWritten(String device) {
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(4096).count(2), Scene.uses(device)).orThrow();
        BufferId first = set.buffers().getFirst().id();
        scene.broker.jobs().begin(UseId.parse(device), first);
        scene.platform.outside.add(new ObjectId(first, 0)); // the driver has the dma-buf
        set.close();
        return first;
    }

    private void assertKept(BufferId buffer) {
        scene.broker.sweep();
        assertThat(scene.liveExtents()).isEqualTo(1);
        Snapshot.Buffer kept = InventoryView.of(scene.broker).buffers().getFirst();
        assertThat(kept.id()).isEqualTo(buffer);
        assertThat(kept.holders()).isEmpty();
        assertThat(kept.fences()).containsExactly("camera writes");
        assertThat(scene.reports).anySatisfy(r -> assertThat(r).contains("camera writes").contains(buffer.toString()));
        BufferSet other = scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("scanner")).orThrow();
        assertThat(InventoryView.of(scene.broker).regions().getFirst().extents()).extracting(Snapshot.Owned::extent).doesNotHaveDuplicates();
        other.close();
    }

    @Test
    void whatADeviceOfOurOwnMappingsWritesIsFreeWhenItIsUnmapped() {
        closedWhileItIsWritten("scanner");
        assertThat(scene.reports).singleElement().asString().contains("scanner writes");
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void anImporterThatHasLetGoIsBelieved() {
        closedWhileItIsWritten("camera");
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void whereNobodySaysThatTheDeviceLetGoTheMemoryWaitsForTheKernelToSaySo() {
        breaks = true;
        BufferId kept = closedWhileItIsWritten("camera");
        assertKept(kept);
        scene.platform.outside.clear();
    }

    @Test
    void orForTheEndOfTheJob() {
        breaks = true;
        BufferId kept = closedWhileItIsWritten("camera");
        assertKept(kept);
        scene.broker.jobs().complete(CAMERA, kept);
    }

    @Test
    void orForTheEndOfTheDevice() {
        breaks = true;
        BufferId kept = closedWhileItIsWritten("camera");
        assertKept(kept);
        scene.broker.nodeGone(scene.broker.directory().find(CAMERA).orElseThrow().device());
    }

    @Test
    void itIsToldOnceThatMemoryWaits() {
        breaks = true;
        BufferId kept = closedWhileItIsWritten("camera");
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end && scene.reports.stream().noneMatch(r -> r.contains("not used again yet"))) {
            scene.broker.sweep();
        }
        scene.broker.sweep();
        assertThat(scene.reports).filteredOn(r -> r.contains("not used again yet")).singleElement().asString().contains("4096 bytes of " + kept).contains("camera writes");
        scene.broker.jobs().complete(CAMERA, kept);
    }
}
