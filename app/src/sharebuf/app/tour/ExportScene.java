package sharebuf.app.tour;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sharebuf.app.board.Boards;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;
import sharebuf.deployment.Deployer;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;

/** Row 4: memory of a bundle that is an allocator and nothing else is shared at once; a special exporter takes its own buffers, and no others. */
final class ExportScene implements Scene {
    private static final BufferSpec PICTURES = BufferSpec.picture(PixelFormat.NV12, 640, 480).count(4);
    private static final int FRAMES = 30;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        allocatorAlone(stage, seen);
        ownOnly(stage, seen);
    }

    private static void allocatorAlone(Stage stage, Seen seen) throws Exception {
        Path jar = Files.createTempFile("example.memory", ".jar");
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 4")) {
            BufferSpec spare = PICTURES.in(0, List.of("spare"));
            List<UseId> uses = board.broker().resolve(List.of("camera", "display")).orThrow();
            var before = session.allocateFor(spare, uses).why();
            seen.that(before.isPresent(), "region spare, which nobody serves: " + before.map(Object::toString).orElse("was not refused"));
            GuestJar.pack(jar, "example.memory", "MemoryActivator", List.of("GuestMemory"), List.of("sharebuf.allocator", "sharebuf.buffer", "sharebuf.memory", "sharebuf.plugin"));
            Deployer.Change change = board.deployer().install(jar);
            seen.that(change.done() && change.message().endsWith("took allocator spare"), "a bundle with an allocator and nothing else is installed: " + change.message());
            seen.that(exporters(board) == 0, "exporters on this board: " + exporters(board));
            FrameFeed feed = new FrameFeed(new Bars(), FRAMES);
            try (Stream stream = new Stream(stage.context(), board.broker(), session, new Wanted(List.of(List.of("camera", "display")), spare, OptionalInt.of(0), feed,
                    device -> Optional.empty(), frame -> { }, display -> { }, false))) {
                stream.start();
                stream.await();
                Verdict verdict = stream.verdict();
                seen.that(verdict.clean() && verdict.delivered() == FRAMES, "its memory is shared by camera and display: " + verdict.delivered() + " of " + FRAMES + " frames");
            }
        } finally {
            Files.deleteIfExists(jar);
        }
    }

    private static long exporters(LiveBoard board) {
        return board.inventory().snapshot().seats().stream().filter(s -> s.kind().equals("exporter") && s.state() == Snapshot.SeatState.SEATED).count();
    }

    private static void ownOnly(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = LiveBoard.up(stage.context(), stage.deployer(), Boards.find("pandaboard-es"), Map.of()); Session session = board.broker().open("tour 4")) {
            seen.that(exporters(board) == 1, "with exporter.tiler on the board: " + exporters(board) + " exporter");
            List<UseId> uses = board.broker().resolve(List.of("camera", "display")).orThrow();
            try (BufferSet own = session.allocateFor(PICTURES.in(0, List.of("tiler")), uses).orThrow(); BufferSet usual = session.allocateFor(PICTURES, uses).orThrow()) {
                seen.that(!own.layout().linear(), "pictures in its container are laid out by it, in tiles of " + own.layout().planes().getFirst().tile().orElseThrow());
                seen.that(usual.layout().linear(), "the others, from " + usual.explain().choices().getFirst().region() + ", as ever: rows one after another, exported by nobody special");
            }
        }
    }
}
