package sharebuf.app.tour;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.app.board.Boards;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;

/** Row 10: a decoder's luma in one bank and its chroma in the other, an encoder's source in one; one object for both is refused; a full bank is named. */
final class BanksScene implements Scene {
    private static final String BOARD = "odroid-u3";

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), Boards.find(BOARD), Map.of("iommu", "off")); Session session = board.broker().open("tour 10")) {
            try (BufferSet picture = set(board, session, PixelFormat.NV12M, 1280, 720, 4, "decoder:capture", "display").orThrow();
                    BufferSet source = set(board, session, PixelFormat.NV12M, 640, 480, 4, "camera", "encoder:output").orThrow()) {
                seen.that(regions(board, picture).equals(List.of("right", "left")), "4 x NV12M for {decoder:capture, display}: luma in bank right, chroma in bank left");
                seen.that(regions(board, source).equals(List.of("right", "right")), "4 x NV12M for {camera, encoder:output}: both in bank right");
            }
            Optional<Refusal> one = set(board, session, PixelFormat.NV12, 1280, 720, 4, "decoder:capture", "display").why();
            seen.that(one.filter(r -> r.fix().equals("--format NV12M")).isPresent(), "NV12 in one object: " + one.map(Object::toString).orElse("was not refused"));
            try (BufferSet full = set(board, session, PixelFormat.NV12M, 1920, 1080, 4, "decoder:capture", "display").orThrow()) {
                seen.that(full.buffers().size() == 4, "4 x NV12M 1920x1080: as many as bank right holds");
                Optional<Refusal> more = set(board, session, PixelFormat.NV12M, 1920, 1080, 1, "decoder:capture", "display").why();
                seen.that(more.filter(r -> r.found().startsWith("bank right of 8MiB holds 4 x ")).isPresent(), "one more: " + more.map(Object::toString).orElse("was not refused"));
            }
        }
    }

    private static Outcome<BufferSet> set(LiveBoard board, Session session, PixelFormat format, int width, int height, int count, String... uses) {
        List<UseId> ids = board.broker().resolve(List.of(uses)).orThrow();
        return session.allocateFor(BufferSpec.picture(format, width, height).count(count), ids);
    }

    /** Regions of the objects of every buffer, which are the same for all; none when they are not. */
    private static List<String> regions(LiveBoard board, BufferSet set) {
        List<Snapshot.Buffer> all = board.inventory().snapshot().buffers();
        List<List<String>> distinct = set.buffers().stream().map(b -> all.stream().filter(o -> o.id().equals(b.id())).findFirst().orElseThrow().objects().stream()
                .map(o -> o.region()).toList()).distinct().toList();
        return distinct.size() == 1 ? distinct.getFirst() : List.of();
    }
}
