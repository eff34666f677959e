package sharebuf.app.tour;

import java.util.List;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Row 17: described, allocated, mapped; a device joins in each state. */
final class StatesScene implements Scene {
    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 17")) {
            List<UseId> uses = board.broker().resolve(List.of("camera", "display", "encoder", "codec:output")).orThrow();
            try (BufferSet set = session.describe(BufferSpec.picture(PixelFormat.NV12, 640, 480).count(4), uses.subList(0, 1)).orThrow()) {
                seen.that(set.state() == BufferSet.State.DESCRIBED && set.buffers().isEmpty(), "described for " + set.uses() + ": no memory is taken");
                join(set, uses.get(1), BufferSet.State.DESCRIBED, seen);
                set.allocate().orThrow();
                seen.that(mapped(board, set) == 0 && set.buffers().size() == 4, "allocated: 4 buffers, no mapping");
                join(set, uses.get(2), BufferSet.State.ALLOCATED, seen);
                set.map().orThrow();
                seen.that(mapped(board, set) == 12, "mapped: 4 buffers for 3 devices, " + mapped(board, set) + " mappings");
                join(set, uses.get(3), BufferSet.State.MAPPED, seen);
                seen.that(mapped(board, set) == 16, "and mapped for the newcomer at once: " + mapped(board, set) + " mappings");
            }
        }
    }

    private static void join(BufferSet set, UseId use, BufferSet.State state, Seen seen) {
        var why = set.attach(use, MovePolicy.NEVER).why();
        seen.that(why.isEmpty() && set.state() == state && set.uses().contains(use), use + " joins while it is " + state + why.map(w -> ": " + w).orElse(""));
    }

    private static long mapped(LiveBoard board, BufferSet set) {
        return board.inventory().snapshot().mappings().stream().filter(m -> set.buffers().stream().anyMatch(b -> b.id().equals(m.object().buffer()))).count();
    }
}
