package sharebuf.app.tour;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sharebuf.app.board.Boards;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.format.PixelFormat;

/** Row 14: a picture in a tiler's container, seen by a display as it is and in seven other ways, and line by line by a device that knows no pitch. */
final class TilerScene implements Scene {
    private static final BufferSpec PICTURES = BufferSpec.picture(PixelFormat.NV12, 320, 180).count(4).in(0, List.of("tiler"));
    private static final List<String> VIEWS = List.of("0", "90", "180", "270", "reflect-x", "reflect-y", "transpose", "anti-transpose");
    private static final int FRAMES = 8;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        for (String view : VIEWS) {
            try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), Boards.find("pandaboard-es"), Map.of("view", view)); Session session = board.broker().open("tour 14")) {
                flows(stage, board, session, view, seen);
                if (view.equals("90")) {
                    Optional<Refusal> why = session.allocateFor(PICTURES, board.broker().resolve(List.of("camera", "display", "fdif")).orThrow()).why();
                    seen.that(why.filter(r -> r.constraint().equals("segments")).isPresent(), "a device that takes rows in one piece: " + why.map(Object::toString).orElse("was not refused"));
                }
            }
        }
    }

    private static void flows(Stage stage, LiveBoard board, Session session, String view, Seen seen) throws FlowFailure {
        FrameFeed feed = new FrameFeed(new Bars(), FRAMES);
        try (Stream stream = new Stream(stage.context(), board.broker(), session, new Wanted(List.of(List.of("camera", "display", "sdma")), PICTURES, OptionalInt.of(0), feed,
                device -> Optional.empty(), frame -> { }, display -> { }, false))) {
            if (view.equals("90")) {
                ObjectId object = stream.sets().getFirst().buffers().getFirst().objects().getFirst();
                for (Attachment a : stream.sets().getFirst().attachments()) {
                    List<?> segments = ((Attachment.Mapping.Addressed) a.mapping(object).orElseThrow()).segments();
                    seen.that(!segments.isEmpty(), "one object as " + a.use().id() + " sees it: " + segments.size() + " lines, the first " + segments.getFirst());
                }
            }
            stream.start();
            stream.await();
            Verdict verdict = stream.verdict();
            Map<String, ?> turned = stream.turned();
            String display = view.equals("0") ? "as it is" : "turned, " + view;
            seen.that(verdict.clean() && verdict.delivered() == FRAMES && (view.equals("0") ? turned.isEmpty() : turned.size() == 1 && turned.get("display").toString().equals(view)),
                    "display sees each picture " + display + ", sdma unturned: " + verdict.delivered() + " of " + FRAMES + " frames whole, byte for byte; " + turned);
        }
    }
}
