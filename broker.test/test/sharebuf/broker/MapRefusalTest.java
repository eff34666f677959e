package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;

/** What dma_map_ops refuse reaches the caller as they said it; what they throw otherwise is told as a fault of theirs. */
class MapRefusalTest {
    private final Scene scene = new Scene();
    private RuntimeException thrown;

    /** Enters the first piece, and then fails. */
    private final class Failing implements DmaMapOps {
        @Override
        public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
            return MemoryConstraints.translated(use, own);
        }

        @Override
        public void map(MapRequest request, Table table) {
            Piece first = request.pieces().getFirst();
            table.enter(0x1000, first.extent(), 0, first.extent().size(), request.access());
            throw thrown;
        }

        @Override
        public void unmap(Mapped mapped, Table table) {
            throw new IllegalStateException("nothing was mapped");
        }
    }

    @AfterEach
    void everythingWasGivenBack() {
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.liveExtents()).isZero();
        scene.close();
    }

    private Refusal refused(RuntimeException by) {
        thrown = by;
        scene.seat("ram", GenericFor.region(scene.region("ram", 0x10_0000L, Scene.MIB)), "ram");
        scene.mapops("iommu", new Failing());
        scene.device("d", "iommu", Access.READ, Scene.any(), new Scene.Quiet("d", Access.READ, Scene.any()));
        return scene.session.allocateFor(BufferSpec.bytes(4096), List.of(UseId.parse("d"))).why().orElseThrow();
    }

    private static Refusal shortage() {
        return Refusal.of(Errno.ENOMEM, "addresses", "none", "some").fixedBy("a larger domain");
    }

    @Test
    void aRefusalIsTheCallersAnswer() {
        Refusal why = refused(new RefusedException(shortage()));
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.constraint()).isEqualTo("addresses");
        assertThat(why.device()).isEqualTo("d");
        assertThat(why.fix()).isEqualTo("a larger domain");
    }

    @Test
    void anythingElseIsAFault() {
        assertThat(refused(new IllegalStateException("broken")).errno()).isEqualTo(Errno.EPROTO);
    }
}
