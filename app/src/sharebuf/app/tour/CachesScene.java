package sharebuf.app.tour;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sharebuf.app.board.Boards;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.inventory.Violation;
import sharebuf.sim.Faults.Fault;

/**
 * Row 13: coherent memory needs no sync; streaming memory is cached, and read without a begin, or handed on without an end, it shows stale bytes and is named;
 * with them the bytes are right.
 */
final class CachesScene implements Scene {
    private static final int SIZE = 64 << 10;
    private static final byte OLD = 0x5a;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), Boards.find("qemu-virt"), Map.of()); Session session = board.broker().open("tour 13")) {
            List<UseId> uses = board.broker().resolve(List.of("encoder:capture", "cpu")).orThrow();
            try (BufferSet coherent = session.allocateFor(BufferSpec.bytes(SIZE).attributes(Set.of(DmaAttribute.COHERENT)), uses).orThrow();
                    BufferSet streaming = session.allocateFor(BufferSpec.bytes(SIZE), uses).orThrow()) {
                board.faults().inject(Fault.NO_BEGIN, 0);
                seen.that(stale(board, coherent) == 0, "coherent memory: the CPU sees what the device wrote, whatever is left out");
                long bytes = stale(board, streaming);
                seen.that(bytes > 0, "streaming memory, begin of CPU access left out: " + bytes + " of " + SIZE + " bytes are those from before the device wrote");
                Optional<Violation> who = board.inventory().violations().stream().filter(v -> v.kind() == Violation.Kind.STALE_LINES && v.at().contains(CachesScene.class.getName())).findFirst();
                seen.that(who.isPresent(), who.map(Violation::toString).orElse("nobody was named"));
                board.faults().clear();
                seen.that(stale(board, streaming) == 0, "with begin: 0 of " + SIZE + " bytes are old");
                board.faults().inject(Fault.NO_END, 0);
                fill(streaming, OLD);
                long before = board.inventory().violations().size();
                write(board, streaming);
                List<Violation> late = board.inventory().violations();
                seen.that(late.size() > before, "end of CPU access left out, then the device writes: " + late.getLast());
                long over = count(streaming);
                seen.that(over > 0, "the CPU then reads its own lines over what the device wrote: " + over + " of " + SIZE + " bytes");
            } finally {
                board.faults().clear();
            }
        }
    }

    /** The CPU fills the buffer, the device overwrites it, the CPU looks: how many bytes are the CPU's own. */
    private static long stale(LiveBoard board, BufferSet set) {
        fill(set, OLD);
        write(board, set);
        return count(set);
    }

    private static void fill(BufferSet set, byte value) {
        SharedBuffer buffer = set.buffers().getFirst();
        try (CpuAccess access = buffer.beginCpuAccess(Access.WRITE, Duration.ofSeconds(2)).orThrow()) {
            access.object(0).fill(value);
        }
    }

    private static void write(LiveBoard board, BufferSet set) {
        DmaAddress address = set.attachments().getFirst().address(set.buffers().getFirst().objects().getFirst()).orElseThrow();
        board.faults().send(address.device(), address.address(), SIZE, true);
    }

    private static long count(BufferSet set) {
        try (CpuAccess access = set.buffers().getFirst().beginCpuAccess(Access.READ, Duration.ofSeconds(2)).orThrow()) {
            MemorySegment bytes = access.object(0);
            long old = 0;
            for (long i = 0; i < SIZE; i++) {
                old += bytes.get(ValueLayout.JAVA_BYTE, i) == OLD ? 1 : 0;
            }
            return old;
        }
    }
}
