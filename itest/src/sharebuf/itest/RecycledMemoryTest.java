package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.inventory.Inventory;

/** What a new buffer reads, on a board inside the framework: zero, except what a session asked for and left itself. */
@ExtendWith(ServiceExtension.class)
class RecycledMemoryTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final BufferSpec ZEROED = BufferSpec.bytes(1 << 20);
    private static final BufferSpec RECYCLED = ZEROED.attributes(Set.of(DmaAttribute.RECYCLED));
    private static final int TRIES = 16;

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    private Session one;
    private Session two;

    @BeforeEach
    void board() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards/raspberrypi-4.json"), Map.of(), SOON);
        one = broker.open("recycling");
        two = broker.open("recycling");
    }

    @AfterEach
    void down() {
        one.close();
        two.close();
        assertThat(inventory.snapshot().buffers()).isEmpty();
        deployer.takeDown();
    }

    /** Reads a new buffer, which has one value in all of it, writes another one and gives it back. */
    private static byte use(Session session, BufferSpec spec, byte leave) {
        try (BufferSet set = session.allocateFor(spec, List.of(UseId.parse("cpu"))).orThrow();
                CpuAccess access = set.buffers().getFirst().beginCpuAccess(Access.READ_WRITE, SOON).orThrow()) {
            MemorySegment bytes = access.object(0);
            byte first = bytes.get(ValueLayout.JAVA_BYTE, 0);
            assertThat(bytes.asSlice(1).mismatch(bytes.asSlice(0, bytes.byteSize() - 1))).as("all of it reads " + first).isEqualTo(-1);
            bytes.fill(leave);
            return first;
        }
    }

    @Test
    @DisplayName("a session that asks gets its own bytes, now and then at least; whoever does not ask, and every other session, reads zero")
    void everybodyReadsZeroOrItsOwn() {
        Set<Byte> seen = new HashSet<>();
        for (int i = 0; i < TRIES; i++) { // which memory comes back is the allocator's affair
            seen.add(use(one, RECYCLED, (byte) 1));
            assertThat(use(two, RECYCLED, (byte) 2)).isIn((byte) 0, (byte) 2);
            assertThat(use(i % 2 == 0 ? one : two, ZEROED, (byte) (1 + i % 2))).isZero();
        }
        for (int i = 0; i < TRIES; i++) {
            seen.add(use(one, RECYCLED, (byte) 1));
        }
        assertThat(seen).containsExactlyInAnyOrder((byte) 0, (byte) 1);
    }
}
