package sharebuf.app.tour;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.osgi.framework.ServiceRegistration;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.LateReader;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/**
 * Row 7. An encoder that reaches less than others joins a camera and a display: the buffers follow it while frames flow; somebody who cannot let
 * go, and memory that nobody has, keep them where they are.
 */
final class MoveScene implements Scene {
    private static final UseId ENCODER = UseId.parse("encoder:output");
    private static final MovePolicy ALLOW = new MovePolicy.Allow(Long.MAX_VALUE);
    private static final BufferSpec PICTURES = BufferSpec.picture(PixelFormat.NV12, 1280, 720).count(4);
    private static final int FRAMES = 150;
    private static final int JOINS = 50;
    private static final int FPS = 60;
    private static final long LARGEST = 64 << 20;
    private static final long PAGE = 4096;

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = stage.boardWithANarrowEncoder()) {
            checksums(board, seen);
            flowing(stage, board, seen);
            kept(stage, board, seen);
            full(board, seen);
            seen.that(extents(board) == 0, "nothing is left of any of it: " + extents(board) + " extents, " + board.inventory().snapshot().mappings().size() + " mappings");
        }
    }

    private static long extents(LiveBoard board) {
        return board.inventory().snapshot().regions().stream().mapToLong(r -> r.extents().size()).sum();
    }

    private static BufferSet allocate(LiveBoard board, Session session, String... names) {
        return session.allocateFor(PICTURES, board.broker().resolve(List.of(names)).orThrow()).orThrow();
    }

    private static List<Long> sums(BufferSet set) {
        List<Long> sums = new ArrayList<>();
        for (SharedBuffer b : set.buffers()) {
            try (CpuAccess cpu = b.beginCpuAccess(Access.READ, Duration.ofSeconds(1)).orThrow()) {
                CRC32C crc = new CRC32C();
                crc.update(cpu.object(0).asByteBuffer());
                sums.add(crc.getValue());
            }
        }
        return sums;
    }

    private static void checksums(LiveBoard board, Seen seen) {
        try (Session session = board.broker().open("tour 7"); BufferSet set = allocate(board, session, "camera", "display")) {
            for (SharedBuffer b : set.buffers()) {
                try (CpuAccess cpu = b.beginCpuAccess(Access.WRITE, Duration.ofSeconds(1)).orThrow()) {
                    for (long at = 0; at < cpu.object(0).byteSize(); at += PAGE) {
                        cpu.object(0).set(ValueLayout.JAVA_BYTE, at, (byte) (b.id().number() + at / PAGE));
                    }
                }
            }
            List<Long> before = sums(set);
            String from = set.explain().choices().getFirst().region();
            Optional<Refusal> why = set.attach(ENCODER, ALLOW).why();
            seen.that(why.isEmpty() && sums(set).equals(before), "moved from " + from + " to " + set.explain().choices().getFirst().region() + " for " + ENCODER
                    + ": the checksums of " + set.buffers().size() + " buffers are the same" + why.map(w -> ": " + w).orElse(""));
        }
    }

    /** (a) */
    private static void flowing(Stage stage, LiveBoard board, Seen seen) throws FlowFailure {
        LateReader late = new LateReader(ENCODER.toString(), ALLOW, JOINS);
        AtomicReference<Stream> playing = new AtomicReference<>();
        try (Session session = board.broker().open("tour 7"); Stream stream = new Stream(stage.context(), board.broker(), session,
                new Wanted(List.of(List.of("camera", "display")), PICTURES, OptionalInt.of(FPS), new FrameFeed(new Bars(), FRAMES), device -> Optional.empty(),
                        frame -> late.reached(playing.get(), frame), display -> { }, false))) {
            playing.set(stream);
            stream.start();
            stream.await();
            seen.that(late.joined() > JOINS && stream.sets().getFirst().moves().size() == 1, "while frames flow: " + ENCODER + " joins at frame " + late.joined());
            Verdict verdict = stream.verdict();
            seen.that(verdict.clean() && verdict.delivered() == FRAMES, "frame numbers go on: " + verdict.delivered() + " of " + FRAMES + " frames at both, "
                    + verdict.lost() + " lost, " + verdict.torn() + " torn");
            MoveReport move = stream.sets().getFirst().moves().getFirst();
            seen.that(late.clock().pause(move) > 0, String.format(Locale.ROOT, "pause: %.1f ms from frame to frame at most around the move, %.1f ms otherwise; %d bytes copied in %.1f ms",
                    late.clock().pause(move) / 1e6, late.clock().period() / 1e6, move.bytes(), move.copy().toNanos() / 1e6));
        }
    }

    /** (b) */
    private static void kept(Stage stage, LiveBoard board, Seen seen) {
        ServiceRegistration<?> recorder = NeverLetsGo.register(stage.context());
        try (Session session = board.broker().open("tour 7"); BufferSet set = allocate(board, session, "camera", "display", "recorder")) {
            long before = extents(board);
            Outcome<Attachment> joined = set.attach(ENCODER, ALLOW);
            Optional<Refusal> why = joined.why();
            seen.that(why.isPresent() && why.get().errno() == Errno.EBUSY && why.get().device().equals("recorder"), "an importer that never lets go: "
                    + why.map(Object::toString).orElse("nobody said no"));
            seen.that(extents(board) == before && works(set), "the old buffers still work, and nothing was taken");
        } finally {
            recorder.unregister();
        }
    }

    /** (c) */
    private static void full(LiveBoard board, Seen seen) {
        try (Session session = board.broker().open("tour 7"); BufferSet set = allocate(board, session, "camera", "display"); Session hoard = board.broker().open("hoard")) {
            List<UseId> narrow = board.broker().resolve(List.of("encoder:capture")).orThrow();
            for (long size = LARGEST; size >= PAGE; size /= 2) {
                while (hoard.allocateFor(BufferSpec.bytes(size), narrow).isOk()) {
                    // until nothing of this size is left that the encoder reaches
                }
            }
            long before = extents(board);
            Optional<Refusal> why = set.attach(ENCODER, ALLOW).why();
            seen.that(why.isPresent() && why.get().errno() == Errno.ENOMEM, "all that the encoder reaches is taken: " + why.map(Object::toString).orElse("there was some"));
            seen.that(extents(board) == before && works(set), "the old buffers still work, and nothing was taken");
        }
    }

    private static boolean works(BufferSet set) {
        return set.buffers().stream().allMatch(b -> {
            try (CpuAccess cpu = b.beginCpuAccess(Access.WRITE, Duration.ofSeconds(1)).orThrow()) {
                return cpu.object(0).byteSize() > 0 && b.generation() == 0;
            }
        });
    }
}
