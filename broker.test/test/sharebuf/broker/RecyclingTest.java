package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.memory.Extent;

/** New memory reads zero, except what a session asked for and wrote itself. */
class RecyclingTest {
    private static final long MIB = Scene.MIB;
    private static final BufferSpec ZEROED = BufferSpec.bytes(MIB);
    private static final BufferSpec RECYCLED = ZEROED.attributes(Set.of(DmaAttribute.RECYCLED));
    private final Scene scene = new Scene();
    private Session other;

    @BeforeEach
    void oneRegion() {
        // As large as one buffer: whoever comes next gets the same bytes.
        FakeRegion ram = scene.region("ram", 0x1000_0000L, MIB);
        scene.seat("ram", GenericFor.region(ram), "generic");
        other = scene.broker.open("test", "other 1.0.0", "there"); // a name is no identity
    }

    @AfterEach
    void nothingIsLeft() {
        scene.close();
        assertThat(scene.liveExtents()).isZero();
    }

    private static BufferSet take(Session session, BufferSpec spec) {
        return session.allocateFor(spec, Scene.uses("cpu")).orThrow();
    }

    private static void write(SharedBuffer buffer, int value) {
        try (CpuAccess access = buffer.beginCpuAccess(Access.WRITE, Duration.ofSeconds(1)).orThrow()) {
            access.object(0).fill((byte) value);
        }
    }

    /** A session writes a buffer and gives it back. */
    private static void leave(Session session, int value) {
        try (BufferSet set = take(session, ZEROED)) {
            write(set.buffers().getFirst(), value);
        }
    }

    private static void assertReads(Session session, BufferSpec spec, int value) {
        try (BufferSet set = take(session, spec); CpuAccess access = set.buffers().getFirst().beginCpuAccess(Access.READ, Duration.ofSeconds(1)).orThrow()) {
            MemorySegment bytes = access.object(0);
            for (long i = 0; i < bytes.byteSize(); i++) {
                assertThat(bytes.get(ValueLayout.JAVA_BYTE, i)).as("byte " + i).isEqualTo((byte) value);
            }
        }
    }

    @Test
    void aSessionThatAsksGetsWhatItLeft() {
        leave(scene.session, 7);
        assertReads(scene.session, RECYCLED, 7);
        assertReads(scene.session, RECYCLED, 7);
        assertThat(scene.platform.zeroed.stream().mapToLong(Extent::size).sum()).as("the first buffer alone was zeroed").isEqualTo(MIB);
    }

    @Test
    void aSessionThatDoesNotAskGetsZeros() {
        leave(scene.session, 7);
        assertReads(scene.session, ZEROED, 0);
        assertReads(scene.session, RECYCLED, 0);
    }

    @Test
    void whatOneSessionLeftNoOtherReads() {
        leave(scene.session, 7);
        assertReads(other, RECYCLED, 0);
        leave(other, 8);
        assertReads(scene.session, RECYCLED, 0);
    }

    @Test
    void aSecondSessionOfTheSameNameIsAnotherOne() {
        leave(other, 7);
        other.close();
        other = scene.broker.open("test", "other 1.0.0", "there");
        assertReads(other, RECYCLED, 0);
    }

    @Test
    void whatTwoSessionsHadIsNobodysOwn() {
        try (BufferSet set = take(scene.session, ZEROED); SharedBuffer lease = other.hold(set.buffers().getFirst().id()).orThrow()) {
            write(lease, 7);
        }
        assertReads(scene.session, RECYCLED, 0);
    }

    @Test
    void whatWasOutsideIsNobodysOwn() {
        try (BufferSet set = take(scene.session, ZEROED)) {
            write(set.buffers().getFirst(), 7);
            set.buffers().getFirst().lend("compositor").orThrow().close(); // it may have written, and it is no session
        }
        assertReads(scene.session, RECYCLED, 0);
    }

    @Test
    void bytesOfTwoOwnersInOneBufferAreZeroed() {
        BufferSpec half = BufferSpec.bytes(MIB / 2);
        try (BufferSet first = take(scene.session, half); BufferSet second = take(other, half)) {
            write(first.buffers().getFirst(), 7);
            write(second.buffers().getFirst(), 8);
        }
        assertReads(scene.session, RECYCLED, 0);
    }

    @Test
    void whatCouldNotBeExportedIsNobodysOwn() {
        leave(other, 7);
        scene.platform.mostExports = 0;
        assertThatThrownBy(() -> take(scene.session, RECYCLED)).hasMessageContaining("EMFILE");
        scene.platform.mostExports = Integer.MAX_VALUE;
        assertReads(other, RECYCLED, 0);
    }

    @Test
    void lodgersMayMoveIntoAReusableRegionMeanwhile() {
        scene.broker.regionGone(scene.broker.all().getFirst().ledger().region());
        FakeRegion lent = new FakeRegion(new sharebuf.memory.RegionId("ram"), 0x1000_0000L, MIB, 4096, java.util.List.of(), true);
        scene.region(lent);
        scene.seat("ram", GenericFor.region(lent), "generic");
        leave(scene.session, 7);
        assertReads(scene.session, RECYCLED, 0);
    }
}
