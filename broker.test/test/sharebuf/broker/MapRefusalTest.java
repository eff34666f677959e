package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
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
import sharebuf.memory.SegmentRule;

/** What dma_map_ops refuse reaches the caller as they said it; what they throw otherwise is told as a fault of theirs. */
class MapRefusalTest {
    private final Scene scene = new Scene();
    private RuntimeException thrown;
    private Entering entering = (request, table) -> {
        Piece first = request.pieces().getFirst();
        table.enter(0x1000, first.extent(), 0, first.extent().size(), request.access());
    };

    /** What it enters, before it fails or not. */
    private interface Entering {
        void into(MapRequest request, Table table);
    }

    private final class Failing implements DmaMapOps {
        @Override
        public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
            return MemoryConstraints.translated(use, own);
        }

        @Override
        public void map(MapRequest request, Table table) {
            entering.into(request, table);
            if (thrown != null) {
                throw thrown;
            }
        }

        @Override
        public void unmap(Mapped mapped, Table table) {
            table.remove(mapped.segments().getFirst().dma(), mapped.segments().stream().mapToLong(SegmentRule.Segment::size).sum());
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

    /** Memory of which only every other page is free. */
    private List<BufferSet> fragmented() {
        scene.seat("ram", GenericFor.region(scene.region("ram", 0x10_0000L, Scene.MIB)), "ram");
        scene.mapops("iommu", new Failing());
        scene.device("d", "iommu", Access.READ, Scene.any(), new Scene.Quiet("d", Access.READ, Scene.any()));
        List<BufferSet> all = new ArrayList<>();
        for (int i = 0; i < Scene.MIB / 4096; i++) {
            all.add(scene.session.allocateFor(BufferSpec.bytes(4096), List.of(UseId.parse("cpu"))).orThrow());
        }
        List<BufferSet> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (i % 2 == 0) {
                all.get(i).close();
            } else {
                kept.add(all.get(i));
            }
        }
        return kept;
    }

    private Outcome<BufferSet> scattered(Entering what) {
        entering = what;
        return scene.session.allocateFor(BufferSpec.bytes(20 * 4096), List.of(UseId.parse("d")));
    }

    @Test
    void piecesInOneGoAreOneEntry() {
        List<BufferSet> kept = fragmented();
        try (BufferSet set = scattered((request, table) -> {
            assertThat(request.pieces()).hasSizeGreaterThan(4);
            table.enterAll(0x10_0000, request.pieces(), request.access());
        }).orThrow()) {
            assertThat(scene.platform.entries).hasSize(1);
            assertThat(set.attachments()).hasSize(1);
        }
        kept.forEach(BufferSet::close);
    }

    @Test
    void piecesInAnotherOrderOrTooManyAreToldAndNothingStays() {
        List<Entering> wrong = List.of(
                (request, table) -> table.enterAll(0x10_0000, request.pieces().reversed(), request.access()),
                (request, table) -> table.enterAll(0x10_0000, request.pieces().subList(1, request.pieces().size()), request.access()),
                (request, table) -> table.enterAll(0x10_0000, List.of(), request.access()),
                (request, table) -> table.enterAll(0x10_0000, request.pieces(), Access.WRITE),
                (request, table) -> table.enterAll(-4096, request.pieces(), request.access()),
                (request, table) -> {
                    table.enterAll(0x10_0000, request.pieces().subList(0, 2), request.access());
                    table.enterAll(0x10_1000, request.pieces().subList(2, request.pieces().size()), request.access());
                },
                (request, table) -> {
                    table.enterAll(0x10_0000, request.pieces(), request.access());
                    table.enterAll(0x80_0000, request.pieces(), request.access());
                },
                (request, table) -> table.enterAll(0x10_0000, request.pieces().subList(0, 2), request.access()));
        List<BufferSet> kept = fragmented();
        for (int i = 0; i < wrong.size(); i++) {
            Refusal why = scattered(wrong.get(i)).why().orElseThrow();
            assertThat(why.errno()).as("%d: %s", i, why).isEqualTo(Errno.EPROTO);
            assertThat(scene.platform.entries).isEmpty();
        }
        kept.forEach(BufferSet::close);
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
