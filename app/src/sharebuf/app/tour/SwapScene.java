package sharebuf.app.tour;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Row 19: every plug-in of a board is replaced by another version while frames flow. */
final class SwapScene implements Scene {
    private static final List<String> PLUGINS = List.of("allocator.cma", "allocator.generic", "mapops.direct", "importer.v4l2", "importer.drm", "allocator.cma");
    private static final int FPS = 60;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        FrameFeed feed = new FrameFeed(new Bars(), Long.MAX_VALUE);
        BufferSpec pictures = BufferSpec.picture(PixelFormat.NV12, 640, 480).count(4);
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 19"); Stream stream = new Stream(stage.context(), board.broker(), session,
                new Wanted(List.of(List.of("camera", "display")), pictures, OptionalInt.of(FPS), feed, device -> Optional.empty(), frame -> { }, display -> { }, false))) {
            List<UseId> uses = board.broker().resolve(List.of("camera", "display")).orThrow();
            BufferSet veteran = session.allocateFor(pictures, uses).orThrow();
            stream.start();
            for (String plugin : PLUGINS) {
                Deployer.Change change = board.deployer().swap(plugin, Optional.empty());
                seen.that(change.done(), change.message());
            }
            String serves = board.inventory().snapshot().seats().stream().filter(s -> s.kind().equals("allocator") && s.name().equals("cma")).findFirst().orElseThrow().bundle();
            seen.that(serves.equals("allocator.cma 0.1.2"), "the contiguous region is served by " + serves + " now");
            veteran.close();
            seen.that(session.allocateFor(pictures, uses).isOk(), "buffers of two versions ago were freed by it, and it places others");
            feed.stop();
            stream.await();
            Verdict verdict = stream.verdict();
            seen.that(verdict.clean() && feed.total() > 0, feed.total() + " frames went by meanwhile, " + verdict.lost() + " lost, " + verdict.torn() + " torn");
        }
    }
}
