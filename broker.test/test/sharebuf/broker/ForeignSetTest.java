package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.broker.test.FakeForeign;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Foreign;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.inventory.Snapshot.PinKind;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.platform.Platform.DmaBufFacts;

/** Dma-bufs of somebody else as buffers: checked before anything is taken, judged by what is not known, given back and never moved. */
class ForeignSetTest {
    private static final UseId DISPLAY = new UseId("display", "display");
    private final Scene scene = new Scene();
    private final FakeForeign foreign = new FakeForeign();
    private Optional<Refusal> displayRefuses = Optional.empty();

    @BeforeEach
    void board() {
        scene.broker.region(foreign);
        scene.region("ram", 0x1000_0000L, 1 << 20);
        scene.seat("ram", GenericFor.region(scene.broker.all().getLast().ledger().region()), "generic");
        scene.mapops("kernel", new Kernel());
        scene.device("display", "kernel", Access.READ, Scene.any(), new Scene.Quiet("display", Access.READ, Scene.any()) {
            @Override
            public Outcome<Outcome.Done> attached(Attached a) {
                return displayRefuses.<Outcome<Outcome.Done>>map(Outcome::no).orElseGet(() -> super.attached(a));
            }
        });
        DmaConstraints narrow = DmaConstraints.builder().mask(0x3fff_ffffL).build();
        scene.device("narrow", "kernel", Access.READ, narrow, new Scene.Quiet("narrow", Access.READ, narrow));
        scene.device("one", "kernel", Access.READ, Scene.contiguous(), new Scene.Quiet("one", Access.READ, Scene.contiguous()));
    }

    @AfterEach
    void everythingWasGivenBack() {
        scene.close();
        assertThat(foreign.taken).isEmpty();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.exported).isEmpty();
        assertThat(scene.broker.mappings().count()).isZero();
    }

    private static final class Kernel implements DmaMapOps {
        @Override
        public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
            return MemoryConstraints.direct(use, own);
        }

        @Override
        public void map(MapRequest request, Table table) {
            table.opaque("kernel");
        }

        @Override
        public void unmap(Mapped mapped, Table table) {
        }
    }

    private void dmaBuf(int descriptor, long size) {
        scene.platform.foreign.put(descriptor, new DmaBufFacts(size, "system", "", "9:" + descriptor, Optional.empty()));
    }

    private static Foreign bytes(long size, int... descriptors) {
        List<List<Integer>> all = new ArrayList<>();
        for (int d : descriptors) {
            all.add(List.of(d));
        }
        return new Foreign("gst", BufferSpec.bytes(size).count(descriptors.length), Layout.ofBytes(size), all);
    }

    private Refusal refused(Foreign what, String... uses) {
        Refusal why = scene.session.importSet(what, Scene.uses(uses)).why().orElseThrow();
        assertThat(foreign.taken).as("a refused import takes nothing").isEmpty();
        assertThat(scene.platform.exported).isEmpty();
        return why;
    }

    @Test
    void devicesUseThemLikeAnyOther() {
        dmaBuf(7, 8192);
        dmaBuf(8, 12288);
        BufferSet set = scene.session.importSet(bytes(5000, 7, 8), Scene.uses("display")).orThrow();
        assertThat(set.state()).isEqualTo(BufferSet.State.MAPPED);
        assertThat(set.buffers()).hasSize(2);
        assertThat(set.attachments().getFirst().mapping(set.buffers().getFirst().objects().getFirst())).contains(new Attachment.Mapping.Opaque("kernel"));
        assertThat(foreign.taken).extracting(e -> e.size()).containsExactly(8192L, 8192L);
        assertThat(scene.platform.zeroed).as("the bytes are the giver's").isEmpty();
        assertThat(scene.platform.names).as("and so is the name").isEmpty();
        var shown = InventoryView.of(scene.broker).buffers();
        assertThat(shown).hasSize(2).allSatisfy(b -> {
            assertThat(b.objects().getFirst().allocator()).isEqualTo("exporter system");
            assertThat(b.objects().getFirst().region()).isEqualTo("foreign");
            assertThat(b.pins()).singleElement().satisfies(p -> {
                assertThat(p.kind()).isEqualTo(PinKind.IMPORTED);
                assertThat(p.who()).isEqualTo("gst");
            });
        });
        set.close();
        assertThat(foreign.taken).isEmpty();
    }

    @Test
    void aGiverThatKeepsItsDescriptorsIsNotWaitedFor() {
        dmaBuf(7, 4096);
        BufferSet set = scene.session.importSet(bytes(4096, 7), Scene.uses("display")).orThrow();
        scene.platform.outside.add(set.buffers().getFirst().objects().getFirst());
        set.buffers().getFirst().lend("compositor").orThrow().close();
        set.close();
        assertThat(foreign.taken).as("it was never ours to use again").isEmpty();
    }

    @Test
    void whatIsNotKnownOfItServesNoUseThatNeedsIt() {
        dmaBuf(7, 8192);
        Refusal narrow = refused(bytes(8192, 7), "display", "narrow");
        assertThat(narrow.constraint()).isEqualTo("reach");
        assertThat(narrow.device()).isEqualTo("narrow");
        assertThat(narrow.found()).contains("unknown");
        assertThat(narrow.fix()).isEqualTo("--uses display");
        assertThat(refused(bytes(8192, 7), "one").found()).contains("unknown");
        BufferSet set = scene.session.importSet(bytes(8192, 7), Scene.uses("display")).orThrow();
        Refusal late = set.attach(new UseId("narrow", "narrow"), MovePolicy.NEVER).why().orElseThrow();
        assertThat(late.constraint()).isEqualTo("reach");
        assertThat(set.attach(new UseId("narrow", "narrow"), new MovePolicy.Allow(1 << 20)).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).as("memory of others does not move").isEqualTo(Errno.EBUSY);
            assertThat(why.found()).contains("imported from 'gst'");
        });
    }

    @Test
    void whatIsWrongWithItIsSaidBeforeItIsTaken() {
        dmaBuf(7, 4096);
        dmaBuf(8, 4096);
        scene.platform.foreign.put(9, new DmaBufFacts(4096, "system", "", "9:7", Optional.empty()));
        scene.platform.foreign.put(10, new DmaBufFacts(4096, "udmabuf", "b3.0 run", "9:10", Optional.of(new ObjectId(new BufferId(3), 0))));
        assertThat(refused(bytes(4096, 3), "display").errno()).isEqualTo(Errno.EBADF);
        assertThat(refused(bytes(4097, 7), "display")).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EINVAL);
            assertThat(why.found()).contains("4096 bytes", "descriptor 7 of gst", "system");
        });
        assertThat(refused(bytes(4096, 7, 9), "display").found()).contains("descriptor 9", "given before");
        assertThat(refused(bytes(4096, 10), "display")).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EEXIST);
            assertThat(why.found()).contains("b3.0");
            assertThat(why.fix()).contains("hold b3");
        });
        assertThat(refused(bytes(4096, 7), "nobody").errno()).isEqualTo(Errno.ENODEV);
        assertThatThrownBy(() -> new Foreign("gst", BufferSpec.bytes(1).count(2), Layout.ofBytes(1), List.of(List.of(7)))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Foreign("gst", BufferSpec.bytes(1), Layout.ofBytes(1), List.of(List.of(7, 8)))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Foreign(" ", BufferSpec.bytes(1), Layout.ofBytes(1), List.of(List.of(7)))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPictureMustHaveRoomInItsLayout() {
        dmaBuf(7, 8192);
        dmaBuf(8, 8192);
        PixelFormat nv12 = PixelFormat.NV12;
        BufferSpec spec = BufferSpec.picture(nv12, 64, 32);
        assertThat(refused(new Foreign("gst", spec, Layout.linear(nv12, 60, 32, 1, 1), List.of(List.of(7))), "cpu").constraint()).isEqualTo("layout");
        assertThat(refused(new Foreign("gst", spec, Layout.ofBytes(8192), List.of(List.of(7))), "cpu").constraint()).isEqualTo("layout");
        Layout apart = Layout.linear(PixelFormat.NV12M, 64, 32, 1, 1);
        assertThat(refused(new Foreign("gst", spec, apart, List.of(List.of(7, 8))), "cpu").constraint()).isEqualTo("layout");
        BufferSet set = scene.session.importSet(new Foreign("gst", spec, Layout.linear(nv12, 64, 32, 128, 1), List.of(List.of(7))), Scene.uses("cpu")).orThrow();
        assertThat(set.layout().planes().getFirst().pitch()).isEqualTo(128);
    }

    @Test
    void aSetThatCannotBeTakenAsAWholeIsNotTaken() {
        dmaBuf(7, 4096);
        dmaBuf(8, 4096);
        foreign.most = 1;
        assertThat(refused(bytes(4096, 7, 8), "display").errno()).isEqualTo(Errno.ENOMEM);
        foreign.most = 9;
        displayRefuses = Optional.of(Refusal.of(Errno.EFAULT, "import", "the driver said EFAULT", "memory that it takes"));
        assertThat(refused(bytes(4096, 7, 8), "display").errno()).isEqualTo(Errno.EFAULT);
        displayRefuses = Optional.empty();
        BufferSet set = scene.session.importSet(bytes(4096, 7, 8), Scene.uses("display")).orThrow();
        assertThat(set.uses()).containsExactly(DISPLAY);
    }

    @Test
    void nothingIsAllocatedFromForeignMemory() {
        assertThat(scene.broker.explain(BufferSpec.bytes(4096), Scene.uses("cpu")).allocators()).extracting(r -> r.region()).containsExactly("ram");
    }

    @Test
    void aBoardWithoutForeignMemorySaysSo() {
        scene.broker.regionGone(foreign);
        dmaBuf(7, 4096);
        assertThat(refused(bytes(4096, 7), "cpu").errno()).isEqualTo(Errno.EOPNOTSUPP);
    }
}
