package sharebuf.app.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.board.Boards;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.LateReader;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.Extent;
import sharebuf.platform.Platform;

/** The command {@code bench move}: how long frames stay away when a running pipeline's buffers move, beside a plain copy of the same bytes. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "bench-move", Command.ABOUT + "bench move: how long frames stay away when buffers move"})
public final class BenchMoveCommand extends Command {
    private static final int FPS = 60;
    private static final int FRAMES = 80;
    private static final int JOINS = 30;
    private static final int COUNT = 4;
    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    private static final int COPIES_EACH = 5;
    /** So many frames before the attach are the control: about as many as a pause is looked for among. */
    private static final int CONTROL = 5;
    private static final int MOST_ROUNDS = 1000;
    /** Goal: a pause of at most so many copies, and one time from frame to frame. */
    private static final double COPIES = 1.5;
    private static final double MILLIS = 1e6;

    private final BundleContext context;
    private final Deployer deployer;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public BenchMoveCommand(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    /** One move. */
    private record Round(long bytes, long pause, long control, long copy, long plain, long held, long period) {
        private double goal() {
            return COPIES * plain + period;
        }

        private double ratio() {
            return pause / goal();
        }

        private String text(String which) {
            return String.format(Locale.ROOT, "%s: pause %.2f ms, before the move %.2f ms; copied in %.2f ms, plain copy %.2f ms, writers held back %.2f ms; "
                    + "%.2f ms from frame to frame; %.2f of the goal", which, pause / MILLIS, control / MILLIS, copy / MILLIS, plain / MILLIS, held / MILLIS,
                    period / MILLIS, ratio());
        }

        private Map<String, Object> json() {
            return Map.of("pauseNanos", pause, "beforeNanos", control, "copyNanos", copy, "plainCopyNanos", plain, "heldNanos", held, "frameNanos", period,
                    "ofGoal", ratio());
        }
    }

    @Override
    protected Syntax syntax() {
        return Syntax.of("bench move", "", 0, """
                Plays camera -> display, 4 x NV12 1920x1080 at 60 frames a second, on a simulated board, and has an encoder join that does not
                reach their memory: the buffers move while frames flow. Beside it a plain copy of the same bytes between memory of the same two
                regions, made before each round when nothing else runs. The pause is the longest time from frame to frame around the move; the
                same is said of the frames before it, which shows what else the machine does. Goal: at most 1.5 times the plain copy plus the
                usual time from frame to frame. Exit: 1 when a frame was lost or torn; a goal that is
                missed is told, and is no failure of the call.""")
                .option("--rounds", "N", "measured moves (the default is 20)").option("--warm-up", "N", "moves before those, for the JIT (the default is 5)");
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall {
        int rounds = (int) arguments.number("--rounds", 20, 1, MOST_ROUNDS);
        int warmUp = (int) arguments.number("--warm-up", 5, 0, MOST_ROUNDS);
        List<Round> measured = new ArrayList<>();
        try (LiveBoard board = LiveBoard.up(context, deployer, Boards.find("qemu-virt"), Map.of("cma", "64MiB", "encoderMask", "0x4fffffff"))) {
            output.say(board.firstLine());
            for (int i = 0; i < warmUp + rounds; i++) {
                Round round = round(board);
                output.say(round.text(i < warmUp ? "warm-up" : "move " + (i - warmUp + 1)));
                if (i >= warmUp) {
                    measured.add(round);
                }
            }
        } catch (FlowFailure | IllegalStateException e) {
            output.error("sharebuf: bench move: " + e.getMessage());
            return Exit.FAILED;
        }
        long reached = measured.stream().filter(r -> r.ratio() <= 1).count();
        output.say(String.format(Locale.ROOT, "%n%d moves of %d bytes, p50, p99 and most, in ms: pause %s; the same before the move %s; plain copy %s; copy of the move %s",
                measured.size(), measured.getFirst().bytes, spread(measured, Round::pause), spread(measured, Round::control), spread(measured, Round::plain),
                spread(measured, Round::copy)));
        output.say(String.format(Locale.ROOT, "of the goal: p50 %.2f, p99 %.2f; reached in %d; the frames before the move would have reached it in %d",
                ratio(measured, 0.5), ratio(measured, 0.99), reached, measured.stream().filter(r -> r.control <= r.goal()).count()));
        output.result(Map.of("rounds", measured.stream().map(Round::json).toList(), "reached", reached, "goalCopies", COPIES));
        return Exit.DONE;
    }

    /** One pipeline, from its first frame to its last, with one move in it. */
    private Round round(LiveBoard board) throws FlowFailure {
        long plain = plain(board);
        BufferSpec pictures = pictures();
        LateReader late = new LateReader("encoder", new MovePolicy.Allow(Long.MAX_VALUE), JOINS);
        AtomicReference<Stream> playing = new AtomicReference<>();
        try (Session session = board.broker().open("bench move"); Stream stream = new Stream(context, board.broker(), session,
                new Wanted(List.of(List.of("camera", "display")), pictures, OptionalInt.of(FPS), new FrameFeed(new Bars(), FRAMES), device -> Optional.empty(),
                        frame -> late.reached(playing.get(), frame), display -> { }, false))) {
            playing.set(stream);
            stream.start();
            stream.await();
            late.joined();
            Verdict verdict = stream.verdict();
            if (!verdict.clean()) {
                throw new IllegalStateException(verdict.lost() + " frames lost, " + verdict.torn() + " torn");
            }
            MoveReport move = stream.sets().getFirst().moves().getLast();
            return new Round(move.bytes(), late.clock().pause(move), late.clock().longest(JOINS - CONTROL, JOINS), move.copy().toNanos(), plain,
                    move.held().toNanos(), late.clock().period());
        }
    }

    private static BufferSpec pictures() {
        return BufferSpec.picture(PixelFormat.NV12, WIDTH, HEIGHT).count(COUNT);
    }

    /** The same bytes from where the buffers will lie to where they will move, with nothing else going on: the median of some copies. */
    private static long plain(LiveBoard board) {
        try (Session session = board.broker().open("bench move");
                BufferSet from = session.allocateFor(pictures(), board.broker().resolve(List.of("camera", "display")).orThrow()).orThrow();
                BufferSet to = session.allocateFor(pictures(), board.broker().resolve(List.of("camera", "display", "encoder")).orThrow()).orThrow()) {
            Platform platform = board.platform();
            List<List<Extent>> sources = extents(board, from);
            List<List<Extent>> targets = extents(board, to);
            long[] nanos = new long[COPIES_EACH];
            for (int i = -1; i < COPIES_EACH; i++) { // the first one makes the pages
                long begun = System.nanoTime();
                for (int b = 0; b < COUNT; b++) {
                    platform.copy(sources.get(b), targets.get(b), from.layout().size());
                }
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - begun;
                }
            }
            Arrays.sort(nanos);
            return nanos[COPIES_EACH / 2];
        }
    }

    private static List<List<Extent>> extents(LiveBoard board, BufferSet set) {
        Snapshot snapshot = board.inventory().snapshot();
        return set.buffers().stream().map(b -> snapshot.buffers().stream().filter(s -> s.id().equals(b.id())).findFirst().orElseThrow())
                .map(s -> s.objects().getFirst().extents()).toList();
    }

    private static String spread(List<Round> rounds, ToLongFunction<Round> what) {
        long[] sorted = rounds.stream().mapToLong(what).sorted().toArray();
        return String.format(Locale.ROOT, "%.2f, %.2f, %.2f", sorted[at(sorted.length, 0.5)] / MILLIS, sorted[at(sorted.length, 0.99)] / MILLIS,
                sorted[sorted.length - 1] / MILLIS);
    }

    private static int at(int count, double part) {
        return (int) Math.max(0, Math.ceil(part * count) - 1);
    }

    private static double ratio(List<Round> rounds, double part) {
        double[] sorted = rounds.stream().mapToDouble(Round::ratio).sorted().toArray();
        return sorted[at(sorted.length, part)];
    }
}
