package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.PinKind;

/** Buffers in the hands of another process: pinned, awaited, and their memory not used again before it comes back. */
class LendTest {
    private static final UseId CAMERA = new UseId("camera", "camera");
    private final Scene scene = new Scene();

    @BeforeEach
    void board() {
        scene.region("ram", 0x1000_0000L, 16 * 4096);
        scene.seat("ram", GenericFor.region(scene.broker.all().getFirst().ledger().region()), "generic");
        scene.device("camera", Access.WRITE, Scene.any());
        scene.device("far", Access.READ, DmaConstraints.builder().mask(0xffff).build());
    }

    @AfterEach
    void nothingIsLeft() {
        scene.platform.outside.clear();
        scene.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.lent).isEmpty();
        assertThat(scene.platform.exported).isEmpty();
    }

    private BufferSet set(long bytes) {
        return scene.session.allocateFor(BufferSpec.bytes(bytes), Scene.uses("camera")).orThrow();
    }

    private Snapshot.Buffer shown(SharedBuffer buffer) {
        return InventoryView.of(scene.broker).buffers().stream().filter(b -> b.id().equals(buffer.id())).findFirst().orElseThrow();
    }

    @Test
    void whoHasItIsInTheLedgerUntilItIsBack() {
        SharedBuffer buffer = set(4096).buffers().getFirst();
        Lent one = buffer.lend("gst").orThrow();
        Lent two = buffer.lend("gst").orThrow();
        assertThat(one.taker()).isEqualTo("gst");
        assertThat(one.buffer()).isEqualTo(buffer.id());
        assertThat(one.handles()).singleElement().isNotEqualTo(two.handles().getFirst());
        assertThat(InventoryView.of(scene.broker).holdings()).filteredOn(h -> h.kind() == Snapshot.HoldingKind.LENT).hasSize(2)
                .allSatisfy(h -> assertThat(h.what()).isEqualTo(buffer.id() + ", lent to 'gst'"));
        assertThat(shown(buffer).pins()).hasSize(2).allSatisfy(p -> {
            assertThat(p.kind()).isEqualTo(PinKind.LENT);
            assertThat(p.who()).isEqualTo("gst");
            assertThat(p.session()).isEqualTo("test");
        });
        one.close();
        one.close();
        assertThat(shown(buffer).pins()).hasSize(1);
        assertThat(scene.platform.lent).hasSize(1);
        assertThatThrownBy(one::handles).isInstanceOf(IllegalStateException.class).hasMessageContaining("gst");
        two.close();
        assertThat(shown(buffer).pins()).isEmpty();
        assertThat(scene.platform.names.get(new ObjectId(buffer.id(), 0))).isEqualTo(buffer.id() + ".0 test");
    }

    @Test
    void aMoveSaysWhoTookIt() {
        BufferSet set = set(4096);
        UseId far = new UseId("far", "far");
        Lent lent = set.buffers().getFirst().lend("compositor").orThrow();
        assertThat(set.attach(far, MovePolicy.NEVER).why().orElseThrow().errno()).as("nothing would move").isEqualTo(Errno.EINVAL);
        for (MovePolicy policy : List.of(MovePolicy.ASK, new MovePolicy.Allow(Long.MAX_VALUE))) {
            Refusal why = set.attach(far, policy).why().orElseThrow();
            assertThat(why.errno()).isEqualTo(Errno.EBUSY);
            assertThat(why.device()).isEqualTo("far");
            assertThat(why.found()).contains("compositor").contains("session 'test'");
            assertThat(why.fix()).contains("compositor");
        }
        lent.close();
        assertThat(set.attach(far, MovePolicy.ASK).why().orElseThrow().errno()).isEqualTo(Errno.EINVAL);
    }

    @Test
    void lentMemoryOutlivesItsSetAndIsFreedWhenItIsBack() {
        BufferSet set = set(4096);
        Lent lent = set.buffers().getFirst().lend("gst").orThrow();
        set.close();
        assertThat(scene.liveExtents()).isEqualTo(1);
        lent.close();
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void memoryThatIsStillOpenElsewhereIsNotUsedAgain() throws Exception {
        BufferSet set = set(16 * 4096);
        SharedBuffer buffer = set.buffers().getFirst();
        Lent lent = buffer.lend("gst").orThrow();
        ObjectId object = buffer.objects().getFirst();
        scene.platform.outside.add(object);
        assertThat(lent.outside()).isTrue();
        lent.close();
        set.close();
        assertThat(scene.liveExtents()).isPositive();
        assertThat(shown(buffer).pins()).singleElement().satisfies(p -> assertThat(p.kind()).isEqualTo(PinKind.LEFT));
        assertThat(shown(buffer).holders()).isEmpty();
        assertThat(scene.session.hold(buffer.id()).why().orElseThrow().errno()).isEqualTo(Errno.ENOENT);
        assertThat(scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("camera")).why().orElseThrow().errno()).isEqualTo(Errno.ENOMEM);
        assertThat(scene.reports).as("it may come back in a moment").isEmpty();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (scene.reports.isEmpty() && System.nanoTime() < end) {
            scene.broker.sweep();
            Thread.onSpinWait();
        }
        scene.broker.sweep();
        assertThat(scene.reports).singleElement().asString().contains("65536 bytes", buffer.id().toString(), "'gst'", "not used again");
        scene.platform.outside.clear();
        scene.broker.sweep();
        scene.broker.sweep();
        assertThat(scene.liveExtents()).isZero();
        set(16 * 4096).close();
    }

    @Test
    void anAllocationTakesWhatCameBackMeanwhile() {
        BufferSet set = set(16 * 4096);
        scene.platform.outside.add(set.buffers().getFirst().objects().getFirst());
        set.buffers().getFirst().lend("gst").orThrow().close();
        set.close();
        scene.platform.outside.clear();
        set(16 * 4096).close();
    }

    @Test
    void memoryThatWasNeverLentIsNotAskedAbout() {
        BufferSet set = set(4096);
        scene.platform.outside.add(set.buffers().getFirst().objects().getFirst());
        set.close();
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void aSessionThatEndsTakesBackAndSaysWhoHasItAndSinceWhere() {
        Session other = scene.broker.open("careless", "careless 1.0.0", "there");
        SharedBuffer buffer = other.allocateFor(BufferSpec.bytes(4096), Scene.uses("camera")).orThrow().buffers().getFirst();
        buffer.lend("gst").orThrow();
        scene.platform.outside.add(buffer.objects().getFirst());
        other.close();
        assertThat(scene.reports).singleElement().asString().contains("careless", "1 descriptors of " + buffer.id(), "'gst'", "still open elsewhere");
        assertThat(scene.platform.lent).isEmpty();
        assertThat(scene.liveExtents()).isEqualTo(1);
        scene.platform.outside.clear();
        scene.broker.sweep();
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void whatCannotBeLentWholeIsNotLent() {
        SharedBuffer buffer = scene.session.allocateFor(BufferSpec.picture(PixelFormat.NV12M, 64, 16), Scene.uses("cpu")).orThrow().buffers().getFirst();
        assertThat(buffer.objects()).hasSize(2);
        scene.platform.mostLent = 1;
        assertThat(buffer.lend("gst").why().orElseThrow().errno()).isEqualTo(Errno.EMFILE);
        assertThat(scene.platform.lent).isEmpty();
        assertThat(shown(buffer).pins()).isEmpty();
        assertThatThrownBy(() -> buffer.lend(" ")).isInstanceOf(IllegalArgumentException.class);
        buffer.close();
        assertThatThrownBy(() -> buffer.lend("gst")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFenceOfSomebodyElseIsAwaitedBeforeDevicesAndCpu() {
        BufferSet set = set(4096);
        SharedBuffer buffer = set.buffers().getFirst();
        scene.platform.unsignalled.put(buffer.objects().getFirst(), "gpu ring0");
        scene.broker.jobs().begin(CAMERA, buffer.id());
        scene.broker.jobs().complete(CAMERA, buffer.id());
        try (Lent _ = buffer.lend("gst").orThrow()) {
            assertThatThrownBy(() -> scene.broker.jobs().begin(CAMERA, buffer.id())).isInstanceOfSatisfying(RefusedException.class, e -> {
                assertThat(e.refusal().errno()).isEqualTo(Errno.ETIMEDOUT);
                assertThat(e.refusal().device()).isEqualTo("camera");
                assertThat(e.refusal().found()).contains("gpu ring0", "'gst'");
            });
            assertThat(shown(buffer).fences()).as("no job has begun").isEmpty();
        }
        assertThat(buffer.beginCpuAccess(Access.READ, Duration.ofMillis(7)).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.ETIMEDOUT);
            assertThat(why.found()).contains("gpu ring0", "7 ms");
        });
        assertThat(buffer.await(Access.READ, Duration.ZERO).why().orElseThrow().errno()).isEqualTo(Errno.ETIMEDOUT);
        scene.platform.unsignalled.clear();
        assertThat(buffer.await(Access.READ, Duration.ZERO).isOk()).isTrue();
        buffer.beginCpuAccess(Access.READ, Duration.ZERO).orThrow().close();
    }

    @Test
    void aPlatformWithoutDescriptorsSaysSo() {
        SharedBuffer buffer = set(4096).buffers().getFirst();
        assertThat(buffer.fences(0, Access.READ).why().orElseThrow().errno()).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(buffer.addFence(3, Access.READ).why().orElseThrow().errno()).isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void manyTakersAndSweepsAtOnceLeaveNothing() {
        List<CompletableFuture<Object>> all = java.util.stream.IntStream.range(0, 4).<CompletableFuture<Object>>mapToObj(t -> Scene.async(() -> {
            for (int i = 0; i < 200; i++) {
                BufferSet set = set(4096);
                SharedBuffer buffer = set.buffers().getFirst();
                Lent lent = buffer.lend("taker " + t).orThrow();
                scene.platform.outside.add(buffer.objects().getFirst());
                set.close();
                lent.close();
                scene.platform.outside.remove(buffer.objects().getFirst());
                scene.broker.sweep();
            }
            return null;
        })).toList();
        all.forEach(CompletableFuture::join);
        scene.broker.sweep();
        assertThat(scene.liveExtents()).isZero();
    }
}
