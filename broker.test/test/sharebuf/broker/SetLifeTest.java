package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.broker.test.FakeRegion;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ForeignAddressException;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;

/** Described, allocated, mapped, joined, left, closed: what a set does and what it gives back. */
class SetLifeTest {
    private static final long MIB = Scene.MIB;
    private final Scene scene = new Scene();

    @BeforeEach
    void board() {
        // Every second page of `ram` is reserved: what needs contiguous memory cannot be lucky there.
        List<Extent> holes = java.util.stream.LongStream.range(0, 512).mapToObj(i -> new Extent(new RegionId("ram"), i * 8192, 4096)).toList();
        scene.region(new FakeRegion(new RegionId("ram"), 0x1000_0000L, 4 * MIB, 4096, holes));
        scene.region("cma", 0x2000_0000L, 4 * MIB);
        scene.seat("ram", GenericFor.region(scene.broker.all().get(1).ledger().region()), "generic");
        scene.seat("cma", CmaFor.region(scene.broker.all().get(0).ledger().region()), "cma");
        DmaConstraints shifted = DmaConstraints.builder().range(new DmaRange(0xc000_0000L, 0, 0x4000_0000L)).segments(SegmentLimits.CONTIGUOUS).build();
        scene.device("camera", Access.WRITE, shifted);
        scene.device("display", Access.READ, shifted);
        scene.device("gpu", "v3d", Access.READ, Scene.any(), new Scene.Quiet("gpu", Access.READ, Scene.any()));
    }

    @AfterEach
    void nothingIsLeft() {
        scene.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.platform.exported).isEmpty();
        assertThat(scene.broker.mappings().count()).isZero();
    }

    private BufferSet set(long bytes, String... uses) {
        return scene.session.allocateFor(BufferSpec.bytes(bytes), Scene.uses(uses)).orThrow();
    }

    @Test
    void aDeviceThatDoesNotCareGetsScatteredMemoryAndOneThatDoesGetsThePoolAndIsToldWhy() {
        assertThat(set(MIB, "gpu").explain().choices().getFirst().allocator()).isEqualTo("generic");
        var both = set(MIB, "gpu", "camera").explain();
        assertThat(both.choices().getFirst().allocator()).isEqualTo("cma");
        assertThat(both.choices().getFirst().reason()).contains("not generic").contains("contiguous");
        assertThat(both.constraints()).anyMatch(l -> l.constraint().equals("segments") && l.by().equals(List.of("camera")));
    }

    @Test
    void memoryForOneRefusesTheOtherWithTheRuleNamedAndAFix() {
        BufferSet gpu = set(MIB, "gpu");
        var why = gpu.attach(new UseId("camera", "camera"), MovePolicy.NEVER).why().orElseThrow();
        assertThat(why.constraint()).isEqualTo("segments");
        assertThat(why.device()).isEqualTo("camera");
        assertThat(why.needed()).contains("contiguous");
        assertThat(why.fix()).isEqualTo("--move allow");
        assertThat(gpu.uses()).containsExactly(new UseId("gpu", "gpu"));
        assertThat(gpu.attachments()).singleElement().satisfies(a -> assertThat(a.address(gpu.buffers().getFirst().objects().getFirst())).isPresent());
    }

    @Test
    void eachDeviceGetsItsOwnAddressAndOneBufferIsFoundByAny() {
        BufferSet set = set(MIB, "camera", "display", "gpu");
        SharedBuffer buffer = set.buffers().getFirst();
        List<DmaAddress> addresses = set.attachments().stream().map(a -> a.address(buffer.objects().getFirst()).orElseThrow()).toList();
        assertThat(addresses.get(0).address()).isEqualTo(0xe000_0000L);
        assertThat(addresses.get(2).address()).isEqualTo(0x2000_0000L);
        for (DmaAddress a : addresses) {
            try (SharedBuffer found = scene.session.lookup(new DmaAddress(a.device(), a.address() + MIB - 1)).orElseThrow()) {
                assertThat(found.id()).isEqualTo(buffer.id());
            }
        }
        assertThatThrownBy(() -> scene.session.lookup(new DmaAddress("gpu", 0xe000_0000L))).isInstanceOf(ForeignAddressException.class)
                .hasMessageContaining("camera").hasMessageContaining("gpu");
        assertThat(scene.session.lookup(new DmaAddress("gpu", 0x1234))).isEmpty();
        assertThatThrownBy(() -> scene.session.lookup(new DmaAddress("nobody", 1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeviceCanJoinInEachStateAndLeave() {
        BufferSet set = scene.session.describe(BufferSpec.bytes(4096).count(2), Scene.uses("gpu")).orThrow();
        assertThat(set.state()).isEqualTo(BufferSet.State.DESCRIBED);
        set.attach(new UseId("camera", "camera"), MovePolicy.NEVER).orThrow();
        set.allocate().orThrow();
        assertThat(set.explain().constraints()).anyMatch(l -> l.by().contains("camera"));
        Attachment early = set.attach(new UseId("display", "display"), MovePolicy.NEVER).orThrow();
        assertThat(early.address(set.buffers().getFirst().objects().getFirst())).isEmpty();
        set.map().orThrow();
        assertThat(early.address(set.buffers().getFirst().objects().getFirst())).isPresent();
        early.detach();
        early.detach();
        assertThatThrownBy(() -> early.mapping(set.buffers().getFirst().objects().getFirst())).isInstanceOf(IllegalStateException.class);
        Attachment late = set.attach(new UseId("display", "display"), MovePolicy.NEVER).orThrow();
        assertThat(late.address(set.buffers().get(1).objects().getFirst())).isPresent();
        assertThat(scene.session.describe(BufferSpec.bytes(1), Scene.uses("camera", "camera")).why().orElseThrow().constraint()).isEqualTo("uses");
    }

    @Test
    void newMemoryReadsZeroWhateverWasThere() {
        try (BufferSet first = set(8192, "camera")) {
            try (CpuAccess cpu = first.buffers().getFirst().beginCpuAccess(Access.WRITE, Duration.ZERO).orThrow()) {
                cpu.object(0).fill((byte) 0x5a);
            }
        }
        CpuAccess cpu = set(8192, "camera").buffers().getFirst().beginCpuAccess(Access.READ, Duration.ZERO).orThrow();
        MemorySegment bytes = cpu.object(0);
        assertThat(bytes.byteSize()).isEqualTo(8192);
        assertThat(bytes.mismatch(MemorySegment.ofArray(new byte[8192]))).isEqualTo(-1);
        assertThatThrownBy(() -> bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) 1)).isInstanceOf(IllegalArgumentException.class);
        cpu.close();
        assertThatThrownBy(() -> cpu.object(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void cpuAccessWaitsForDmaThatWritesAndNamesItWhenItDoesNotEnd() {
        BufferSet set = set(4096, "camera", "display");
        SharedBuffer b = set.buffers().getFirst();
        UseId camera = new UseId("camera", "camera");
        scene.broker.jobs().begin(camera, b.id());
        var why = b.beginCpuAccess(Access.READ, Duration.ofMillis(20)).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ETIMEDOUT);
        assertThat(why.device()).isEqualTo("camera");
        CompletableFuture<Outcome<CpuAccess>> waiting = Scene.async(() -> b.beginCpuAccess(Access.READ, Duration.ofSeconds(20)));
        scene.broker.jobs().complete(camera, b.id());
        assertThat(waiting.join().isOk()).isTrue();
        waiting.join().orThrow().close();
        scene.broker.jobs().begin(new UseId("display", "display"), b.id());
        b.beginCpuAccess(Access.READ, Duration.ZERO).orThrow().close();
        assertThat(b.beginCpuAccess(Access.WRITE, Duration.ZERO).why().orElseThrow().device()).isEqualTo("display");
        scene.broker.jobs().complete(new UseId("display", "display"), b.id());
    }

    @Test
    void aPlatformThatFailsAtCpuAccessKeepsNoBufferAlive() {
        BufferSet set = set(4096, "camera");
        SharedBuffer b = set.buffers().getFirst();
        scene.platform.failingBegin = 0;
        assertThatThrownBy(() -> b.beginCpuAccess(Access.READ, Duration.ZERO)).isInstanceOf(IllegalStateException.class).hasMessageContaining("begin of");
        scene.platform.failingBegin = -1;
        CpuAccess cpu = b.beginCpuAccess(Access.READ, Duration.ZERO).orThrow();
        scene.platform.failingEnd = true;
        assertThatThrownBy(cpu::close).isInstanceOf(IllegalStateException.class).hasMessageContaining("end of");
        assertThat(scene.platform.accesses).hasValue(0);
        cpu.close();
        set.close();
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void closingEndsWhatTheCpuStillHasOpen() {
        BufferSet set = set(4096, "camera");
        CpuAccess cpu = set.buffers().getFirst().beginCpuAccess(Access.READ, Duration.ZERO).orThrow();
        set.close();
        assertThat(scene.liveExtents()).isZero();
        assertThatThrownBy(() -> cpu.object(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingWaitsForDmaOnTheSet() throws Exception {
        BufferSet set = set(4096, "camera");
        UseId camera = new UseId("camera", "camera");
        scene.broker.jobs().begin(camera, set.buffers().getFirst().id());
        var id = set.buffers().getFirst().id();
        CountDownLatch closing = new CountDownLatch(1);
        CompletableFuture<Object> closed = Scene.async(() -> {
            closing.countDown();
            set.close();
            return null;
        });
        closing.await();
        assertThatThrownBy(() -> closed.get(60, TimeUnit.MILLISECONDS)).isInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(scene.platform.entries).isNotEmpty();
        scene.broker.jobs().complete(camera, id);
        closed.get(10, TimeUnit.SECONDS);
        assertThat(scene.reports).isEmpty();
    }

    @Test
    void aJobThatNeverEndsIsReportedAndItsMemoryIsUnmappedBeforeItIsFree() {
        BufferSet set = set(4096, "camera");
        scene.broker.jobs().begin(new UseId("camera", "camera"), set.buffers().getFirst().id());
        set.close();
        assertThat(scene.reports).anyMatch(r -> r.contains("camera writes") && r.contains("did not end"));
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void anotherLeaseKeepsTheMemoryAndTheLastOneFreesIt() {
        Session other = scene.broker.open("other", "other 1.0.0", "there");
        BufferSet set = set(4096, "camera");
        SharedBuffer held = other.hold(set.buffers().getFirst().id()).orThrow();
        set.buffers().getFirst().close();
        assertThat(scene.liveExtents()).isEqualTo(1);
        set.close();
        assertThat(scene.liveExtents()).isEqualTo(1);
        assertThat(scene.platform.entries).isEmpty();
        held.close();
        held.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(other.hold(held.id()).why().orElseThrow().errno()).isEqualTo(Errno.ENOENT);
        other.close();
        assertThatThrownBy(() -> other.hold(held.id())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStoppedBundlesSessionsEndAndAreReportedWithWhereTheyWereOpened() {
        Session forgotten = scene.broker.open("forgotten", "careless 1.0.0", "Careless.start:7");
        forgotten.allocateFor(BufferSpec.bytes(4096).count(3), Scene.uses("camera")).orThrow();
        scene.broker.bundleStopped("test 2.0.0");
        assertThat(scene.liveExtents()).isEqualTo(3);
        scene.broker.bundleStopped("careless 1.0.0");
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.reports).first().asString().contains("forgotten").contains("3 buffers").contains("Careless.start:7");
        assertThat(scene.reports).hasSize(2).last().asString().contains("forgotten", "held set 1: 3 x 4096 bytes for camera, mapped, taken at ");
    }

    @Test
    void fixesAreTypedAsTheyStandAndHelp() {
        var unknown = scene.broker.directory().resolve(List.of("camera", "displai")).why().orElseThrow();
        assertThat(unknown.fix()).isEqualTo("--uses camera,display");
        var twice = scene.session.describe(BufferSpec.bytes(1), Scene.uses("camera", "camera")).why().orElseThrow();
        assertThat(twice.fix()).isEqualTo("--uses camera");
        scene.device("narrow", Access.READ, DmaConstraints.builder().range(new DmaRange(0, 0x4000_0000L, 4096)).build());
        var apart = scene.session.describe(BufferSpec.bytes(1), Scene.uses("camera", "narrow")).why().orElseThrow();
        assertThat(apart.constraint()).isEqualTo("reach");
        assertThat(apart.fix()).isEqualTo("--uses camera");
        assertThat(scene.broker.directory().resolve(List.of("gpu", "gpu")).isOk()).isTrue();
    }

    @Test
    void aSetThatDoesNotFitAsAWholeTakesNothing() {
        var why = scene.session.allocateFor(BufferSpec.bytes(MIB + 4096).count(4), Scene.uses("camera")).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.found()).contains("buffer 4 of 4");
        assertThat(why.device()).isEqualTo("camera");
        assertThat(why.fix()).isNotEmpty();
        assertThat(why.allocators()).extracting(a -> a.name()).contains("cma", "generic");
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.session.allocateFor(BufferSpec.bytes(MIB).count(4), Scene.uses("camera")).isOk()).isTrue();
    }

    @Test
    void badCallsAreRefusedAndChangeNothing() {
        assertThatThrownBy(() -> BufferSpec.bytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BufferSpec.bytes(Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BufferSpec.bytes(1).count(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DmaConstraints.builder().align(3)).isInstanceOf(IllegalArgumentException.class);
        assertThat(scene.session.allocateFor(BufferSpec.bytes(BufferSpec.MAX_BYTES), Scene.uses("camera")).why().orElseThrow().errno()).isEqualTo(Errno.ENOMEM);
        assertThat(scene.session.allocateFor(BufferSpec.bytes(1), Scene.uses("nobody")).why().orElseThrow().errno()).isEqualTo(Errno.ENODEV);
        assertThat(scene.session.allocateFor(BufferSpec.bytes(1), List.of()).why().orElseThrow().errno()).isEqualTo(Errno.EINVAL);
        BufferSet set = set(1, "camera");
        assertThatThrownBy(set::allocate).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(set::map).isInstanceOf(IllegalStateException.class);
        set.close();
        set.close();
        assertThatThrownBy(() -> set.attach(new UseId("gpu", "gpu"), MovePolicy.NEVER)).isInstanceOf(IllegalStateException.class);
        SharedBuffer b = set(1, "camera").buffers().getFirst();
        b.close();
        assertThatThrownBy(() -> b.beginCpuAccess(Access.READ, Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        var hidden = scene.session.allocateFor(BufferSpec.bytes(1).attributes(java.util.Set.of(DmaAttribute.NO_KERNEL_MAPPING)), Scene.uses("camera")).orThrow();
        assertThat(hidden.buffers().getFirst().beginCpuAccess(Access.READ, Duration.ZERO).why().orElseThrow().errno()).isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void aDeviceThatVanishesInTheMiddleOfAMapLeavesNothingMapped() {
        BufferSet set = scene.session.describe(BufferSpec.bytes(4096).count(2), Scene.uses("gpu", "camera")).orThrow().allocate().orThrow();
        scene.platform.unplugged = true;
        var why = set.map().why().orElseThrow();
        assertThat(why.found()).contains("ENODEV");
        assertThat(set.state()).isEqualTo(BufferSet.State.ALLOCATED);
        assertThat(scene.platform.entries).isEmpty();
        scene.platform.unplugged = false;
        assertThat(set.map().isOk()).isTrue();
    }
}
