package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.carveout.CarveoutFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;

/** Memory without struct pages: devices map it as any other, the CPU only when it was asked for. */
class NoMapTest {
    private static final Duration LIMIT = Duration.ofMillis(200);
    private final Scene scene = new Scene();

    /** A carveout with the granule of an SRAM. */
    private record NoMap(FakeRegion of) implements MemoryRegion {
        @Override
        public RegionId id() {
            return of.id();
        }

        @Override
        public RegionKind kind() {
            return of.kind();
        }

        @Override
        public long base() {
            return of.base();
        }

        @Override
        public long size() {
            return of.size();
        }

        @Override
        public long granule() {
            return of.granule();
        }

        @Override
        public boolean reusable() {
            return false;
        }

        @Override
        public boolean mapped() {
            return false;
        }

        @Override
        public boolean contiguous() {
            return false;
        }

        @Override
        public List<Extent> reserved() {
            return of.reserved();
        }

        @Override
        public Outcome<Long> vacate(long offset, long size) {
            return of.vacate(offset, size);
        }
    }

    @BeforeEach
    void aCarveout() {
        NoMap region = new NoMap(new FakeRegion(new RegionId("sram"), 0x0202_0000, 256 << 10, 64, List.of()));
        scene.platform.region("sram", region.size());
        scene.broker.region(region);
        scene.seat("sram", CarveoutFor.region(region), "sram");
        scene.device("writer", Access.WRITE, Scene.any());
        scene.device("reader", Access.READ, Scene.contiguous());
    }

    @AfterEach
    void everythingWasGivenBack() {
        scene.session.close();
        assertThat(scene.liveExtents()).isZero();
        scene.close();
    }

    @Test
    void twoImportersMapWhatTheCpuCannotOpen() {
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(100), Scene.uses("writer", "reader")).orThrow();
        SharedBuffer buffer = set.buffers().getFirst();
        assertThat(scene.platform.entries).extracting(e -> e.device() + " " + Long.toHexString(e.dma()) + "+" + e.size()).hasSize(2)
                .allSatisfy(e -> assertThat(e).contains("+128"));
        Refusal why = buffer.beginCpuAccess(Access.READ, LIMIT).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(why.found()).isEqualTo("sram has no mapping for the CPU, and the CPU was not among the uses");
        assertThat(why.fix()).isEqualTo("add cpu to the uses");
    }

    @Test
    void theFixOfThatRefusalWorks() {
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(100), Scene.uses("writer", "reader", "cpu")).orThrow();
        try (CpuAccess access = set.buffers().getFirst().beginCpuAccess(Access.READ_WRITE, LIMIT).orThrow()) {
            access.object(0).set(ValueLayout.JAVA_BYTE, 99, (byte) 1);
        }
    }

    @Test
    void theCpuMayAskLater() {
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(100), Scene.uses("writer", "reader")).orThrow();
        assertThat(set.attach(new UseId("cpu", "cpu"), MovePolicy.NEVER).isOk()).isTrue();
        set.buffers().getFirst().beginCpuAccess(Access.READ, LIMIT).orThrow().close();
    }
}
