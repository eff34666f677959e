package sharebuf.app.tour;

import java.util.ArrayList;
import java.util.List;
import sharebuf.app.explain.DataBoard;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;

/**
 * Row 3. Free memory is fragmented first, page by page, so that luck plays no part: a buffer for the GPU alone is scattered and refuses
 * the camera; one for both comes from the contiguous pool.
 */
final class ContiguityScene implements Scene {
    private static final int PAGE = 4096;
    private static final int PAGES = 1024;
    private static final int BYTES = 64 * PAGE;
    private static final UseId GPU = UseId.parse("gpu");
    private static final UseId CAMERA = UseId.parse("camera");
    private static final String DATA = """
            {"regions": [{"name": "ram", "base": "0x40000000", "size": "4MiB"},
                         {"name": "cma", "base": "0x50000000", "size": "4MiB", "contiguous": true}],
             "uses": [{"device": "gpu", "access": "write"}, {"device": "camera", "maxSegments": 1}],
             "request": {"bytes": "256KiB"}}
            """;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (DataBoard board = DataBoard.up(stage.context(), stage.deployer(), "row 3", DATA); Session session = board.live().broker().open("tour 3")) {
            List<BufferSet> pages = new ArrayList<>();
            for (int i = 0; i < PAGES; i++) {
                pages.add(allocate(session, BufferSpec.bytes(PAGE), GPU));
            }
            long inRam = board.live().inventory().snapshot().regions().stream().filter(r -> r.name().equals("ram")).findFirst().orElseThrow().used();
            for (int i = 0; i < PAGES; i += 2) {
                pages.get(i).close();
            }
            seen.that(inRam == (long) PAGES * PAGE, "free memory is fragmented: every second page of ram is taken, no two free ones touch");
            BufferSet forGpu = allocate(session, BufferSpec.bytes(BYTES), GPU);
            Explanation.Choice gpu = forGpu.explain().choices().getFirst();
            int extents = board.live().inventory().snapshot().buffers().stream().filter(b -> b.id().equals(forGpu.buffers().getFirst().id()))
                    .findFirst().orElseThrow().objects().getFirst().extents().size();
            seen.that(gpu.region().equals("ram") && extents > 1, "a buffer for {gpu} lies in ram, in " + extents + " pieces");
            var refusal = forGpu.attach(CAMERA, MovePolicy.NEVER).why();
            seen.that(refusal.isPresent() && refusal.get().device().equals("camera") && refusal.get().constraint().equals("segments"),
                    "the camera is refused: " + refusal.map(Object::toString).orElse("it was not"));
            BufferSet forBoth = allocate(session, BufferSpec.bytes(BYTES), GPU, CAMERA);
            Explanation.Choice both = forBoth.explain().choices().getFirst();
            seen.that(both.region().equals("cma"), "a buffer for {gpu, camera} lies in cma by " + both.allocator() + ": " + both.reason());
            BufferBroker broker = board.live().broker();
            Explanation matrix = broker.explain(BufferSpec.bytes(BYTES), List.of(GPU, CAMERA));
            boolean named = matrix.constraints().stream().anyMatch(l -> l.constraint().equals("segments") && l.by().contains("camera"));
            boolean failed = matrix.allocators().stream().anyMatch(r -> r.region().equals("ram") && !r.offered());
            seen.that(named && failed, "explain says that the camera wants one segment, and that ram cannot give it");
        }
    }

    private static BufferSet allocate(Session session, BufferSpec spec, UseId... uses) {
        return session.describe(spec, List.of(uses)).then(BufferSet::allocate).orThrow();
    }
}
