package sharebuf.app.tour;

import java.util.List;
import java.util.TreeSet;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Row 9: the merged constraints, each with the use it comes from, then allocator against requirement, and the choice. */
final class ExplainScene implements Scene {
    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = stage.board()) {
            List<UseId> uses = board.broker().resolve(List.of("camera", "codec:output", "display")).orThrow();
            Explanation e = board.broker().explain(BufferSpec.picture(PixelFormat.NV12, 640, 480).count(4), uses);
            e.constraints().forEach(l -> seen.that(!l.value().isBlank(), l.constraint() + " " + l.value() + ", asked for by "
                    + (l.by().isEmpty() ? "nobody" : String.join(", ", l.by()))));
            TreeSet<String> who = new TreeSet<>();
            e.constraints().forEach(l -> who.addAll(l.by()));
            seen.that(who.containsAll(uses.stream().map(UseId::toString).toList()), "every use is named by some constraint");
            for (Explanation.Row row : e.allocators()) {
                String cells = String.join(", ", row.cells().stream().map(c -> c.requirement() + (c.pass() ? " pass" : " FAIL")).toList());
                seen.that(!row.cells().isEmpty() && row.offered() == row.cells().stream().allMatch(Explanation.Cell::pass), row.allocator() + ": " + cells);
            }
            seen.that(e.choices().size() == 1, "chosen: " + e.choices().getFirst().allocator() + " from " + e.choices().getFirst().region());
        }
    }
}
