package sharebuf.app.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.ToIntFunction;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
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
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.app.run.Loaders;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Deployer.Swapped;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;

/** The command {@code bench swap}: every plug-in of a board is replaced time after time while frames flow and applications allocate. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "bench-swap", Command.ABOUT + "bench swap: plug-ins replaced while frames flow"})
public final class BenchSwapCommand extends Command {
    private static final int FPS = 60;
    private static final int COUNT = 4;
    private static final long HICCUP = 30;
    private static final int SET = 50;
    private static final int MOST = 100_000;

    private final BundleContext context;
    private final Deployer deployer;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public BenchSwapCommand(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    @Override
    protected Syntax syntax() {
        return Syntax.of("bench swap", "", 0, """
                Plays camera -> display, 4 x NV12 1920x1080 at 60 frames a second, on a simulated board; each frame gives one such buffer back and
                takes another. The stream is halted once at its beginning, so that all four are in use from then on. An application allocates and
                frees 4 KiB in the contiguous region without a pause, on two threads. First nothing is changed (control), then the allocator's bundle
                is updated in place by the framework, then it is swapped. The same, without updates, is done with each other plug-in and an application
                that goes through it. A switch is the time for which the seats are closed, adoption of the live extents included; beside it stands the
                longest allocate and free that an application saw. Goal: p99 of the switch at most 0.1 of the median outage of an update. Told are the
                swaps that met calls: inside the old version when its seats were closed; those or ones that came meanwhile; those or one of an
                application on its way through the broker. A frame is late when it is shown more than 1.5 periods behind the one before. Exit: 1 when
                a call or a frame was lost, a frame torn, memory or a class loader kept; a goal that is missed is told, and is no failure of the call.""")
                .option("--swaps", "N", "of allocator.cma (the default is 100)").option("--others", "N", "of each other plug-in (the default is 20)")
                .option("--updates", "N", "in place, of allocator.cma (the default is 20)").option("--extents", "N", "that live meanwhile (the default is 10000)")
                .option("--control", "SECONDS", "before anything is changed, with each load (the default is 10)");
    }

    /** What is done how often. */
    private record Plan(int swaps, int others, int updates, int extents, int control) {
    }

    /** What one change of a bundle did to others. */
    private record Change(Swapped swapped, long longest, boolean underWay) {
    }

    /** The swaps of one bundle. */
    private record Series(List<Change> changes, LateFrames.Count frames) {
    }

    /** All that was seen. */
    private static final class Seen {
        private final Map<String, Series> swaps = new LinkedHashMap<>();
        private final List<Long> updates = new ArrayList<>();
        private LateFrames.Count control = new LateFrames.Count(0, 0);
        private LateFrames.Count swapping = new LateFrames.Count(0, 0);
        private double pairsPerSecond;
        private long lost;
        private String firstLost = "";
        private String failure = "";
        private final List<Verdict> verdicts = new ArrayList<>();
        private boolean oneHole;
        private long classLoaders;
        private List<String> kept = List.of();

        private long framesLost() {
            return verdicts.stream().mapToLong(Verdict::lost).sum();
        }

        private long framesTorn() {
            return verdicts.stream().mapToLong(Verdict::torn).sum();
        }

        private boolean sound() {
            return failure.isEmpty() && lost == 0 && verdicts.size() == SwapStage.ALL.size() && verdicts.stream().allMatch(Verdict::clean) && oneHole && classLoaders == 0;
        }
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall {
        Plan plan = new Plan((int) arguments.number("--swaps", 100, 1, MOST), (int) arguments.number("--others", 20, 1, MOST), (int) arguments.number("--updates", 20, 1, MOST),
                (int) arguments.number("--extents", 10_000, 0, 50_000), (int) arguments.number("--control", 10, 1, 600));
        Seen seen = new Seen();
        Loaders loaders = new Loaders(context);
        try {
            for (SwapStage stage : SwapStage.ALL) {
                play(stage, plan, seen, output);
            }
        } catch (FlowFailure | IllegalStateException e) {
            seen.failure = String.valueOf(e.getMessage());
        }
        seen.classLoaders = loaders.left();
        seen.kept = loaders.held();
        SwapReport.tell(seen.swaps.entrySet().stream().map(e -> figures(e.getKey(), e.getValue())).toList(), Spread.of(seen.updates.stream().mapToLong(Long::longValue)), output);
        output.say(String.format(Locale.ROOT, "%nwithout swaps: %s; with swaps: %s; %d lost, %d torn%napplications: %.0f allocate and free a second, %d lost %s",
                seen.control, seen.swapping, seen.framesLost(), seen.framesTorn(),
                seen.pairsPerSecond, seen.lost, seen.firstLost));
        output.say((seen.oneHole ? "at the end the region is one hole" : "at the end the region is not one hole") + "; class loaders kept: " + seen.classLoaders + (seen.kept.isEmpty() ? "" : " of " + String.join(", ", seen.kept)));
        if (!seen.failure.isEmpty()) {
            output.error("sharebuf: bench swap: " + seen.failure);
        }
        output.result(json(seen));
        return seen.sound() ? Exit.DONE : Exit.FAILED;
    }

    private static SwapReport figures(String bundle, Series series) {
        List<Change> changes = series.changes;
        return new SwapReport(bundle, Spread.of(changes.stream().mapToLong(c -> c.swapped.heldMicros() * 1000)), Spread.of(changes.stream().mapToLong(c -> c.swapped.adoptMicros() * 1000)),
                Spread.of(changes.stream().mapToLong(Change::longest)), changes.size(), (int) changes.stream().filter(c -> c.swapped.inFlight() > 0).count(),
                (int) changes.stream().filter(c -> c.swapped.inFlight() + c.swapped.held() > 0).count(), (int) changes.stream().filter(c -> c.underWay || c.swapped.inFlight() > 0).count(), series.frames);
    }

    private static Map<String, Object> json(Seen seen) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("swaps", seen.swaps.entrySet().stream().map(e -> figures(e.getKey(), e.getValue()).json()).toList());
        map.put("update", Spread.of(seen.updates.stream().mapToLong(Long::longValue)).json());
        map.put("frames", Map.of("control", seen.control.shown(), "controlLate", seen.control.late(), "swaps", seen.swapping.shown(), "swapsLate", seen.swapping.late(), "lost",
                seen.framesLost(), "torn", seen.framesTorn()));
        map.put("applications", Map.of("pairsPerSecond", (long) seen.pairsPerSecond, "lost", seen.lost));
        map.put("oneHole", seen.oneHole);
        map.put("classLoaders", seen.classLoaders);
        map.put("kept", seen.kept);
        map.put("failure", seen.failure);
        return map;
    }

    private void play(SwapStage stage, Plan plan, Seen seen, Output output) throws FlowFailure, WrongCall {
        try (LiveBoard board = LiveBoard.up(context, deployer, Boards.find(stage.board()), stage.options())) {
            output.say(board.firstLine());
            try (Session veteran = board.broker().open("veteran")) {
                play(board, stage, plan, veteran, seen, output);
            }
            if (stage.compares()) {
                seen.oneHole = isOneHole(board);
            }
        }
    }

    private void play(LiveBoard board, SwapStage stage, Plan plan, Session veteran, Seen seen, Output output) throws FlowFailure {
        live(veteran, stage.compares() ? plan.extents : 0);
        LateFrames clock = new LateFrames(FPS);
        FrameFeed feed = new FrameFeed(new Bars(), Long.MAX_VALUE);
        AtomicReference<Optional<BufferSet>> mine = new AtomicReference<>(Optional.empty());
        List<UseId> uses = board.broker().resolve(List.of("camera", "display")).orThrow();
        LongConsumer exchange = frame -> {
            if (frame == HICCUP) {
                // From here on pictures wait before the screen, two deep, as in every stream that once was late. Before, there is between them and
                // the screen's next turn whatever time there happens to be.
                LockSupport.parkNanos(3_000_000_000L / FPS);
            }
            mine.get().ifPresent(BufferSet::close);
            mine.set(Optional.of(veteran.allocateFor(pictures(1), uses).orThrow()));
        };
        try (Session session = board.broker().open("bench swap"); Stream stream = new Stream(context, board.broker(), session, new Wanted(List.of(List.of("camera", "display")),
                pictures(COUNT), OptionalInt.of(FPS), feed, device -> Optional.of((raster, pixels) -> clock.shown()), exchange, display -> { }, false));
                SwapApplication application = new SwapApplication(board.broker())) {
            stream.start();
            application.start(stage.spec(), stage.devices());
            change(board, stage, plan, application, clock, seen, output);
            feed.stop();
            stream.await();
            seen.verdicts.add(stream.verdict());
            seen.lost += application.lost();
            seen.firstLost += application.firstLost();
        } finally {
            feed.stop();
            mine.get().ifPresent(BufferSet::close);
        }
    }

    private void change(LiveBoard board, SwapStage stage, Plan plan, SwapApplication application, LateFrames clock, Seen seen, Output output) {
        awaitFrames(clock, 2 * FPS); // until the JIT has seen everything
        LateFrames.Count from = clock.count();
        awaitFrames(clock, plan.control * FPS);
        seen.control = seen.control.plus(clock.count().since(from));
        if (stage.compares()) {
            for (int i = 0; i < plan.updates; i++) {
                application.longest();
                update();
                seen.updates.add(application.longest());
            }
            output.say(plan.updates + " updates in place done");
        }
        from = clock.count();
        long pairs = application.pairs();
        long begun = System.nanoTime();
        for (String bundle : stage.bundles()) {
            swap(board, bundle, stage.compares() ? plan.swaps : plan.others, application, clock, seen, output);
        }
        seen.swapping = seen.swapping.plus(clock.count().since(from));
        if (stage.compares()) {
            seen.pairsPerSecond = (application.pairs() - pairs) * 1e9 / (System.nanoTime() - begun);
        }
    }

    private static void swap(LiveBoard board, String bundle, int times, SwapApplication application, LateFrames clock, Seen seen, Output output) {
        List<Change> changes = new ArrayList<>();
        LateFrames.Count from = clock.count();
        for (int i = 0; i < times; i++) {
            application.longest();
            Deployer.Change change = board.deployer().swap(bundle, Optional.empty());
            if (!change.done()) {
                throw new IllegalStateException("swap " + (i + 1) + " of " + bundle + ": " + change.message());
            }
            Swapped swapped = change.swapped().orElseThrow();
            boolean underWay = application.wasUnderWay(swapped.closedAt());
            changes.add(new Change(swapped, application.longest(), underWay));
        }
        seen.swaps.put(bundle, new Series(changes, clock.count().since(from)));
        output.say(times + " swaps of " + bundle + " done");
    }

    private static void awaitFrames(LateFrames clock, int count) {
        int end = clock.count().shown() + count;
        long limit = System.nanoTime() + 10_000_000_000L + count * 1_000_000_000L / FPS * 10;
        while (clock.count().shown() < end) {
            if (System.nanoTime() - limit > 0) {
                throw new IllegalStateException("frames do not flow");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** As the framework does it: stopped, replaced, started, and its old classes let go. */
    private void update() {
        Bundle bundle = java.util.Arrays.stream(context.getBundles()).filter(b -> SwapStage.FIRST.equals(b.getSymbolicName())).findFirst().orElseThrow();
        java.nio.file.Path jar = java.nio.file.Path.of(System.getProperty("sharebuf.home"), SwapStage.FIRST, "generated", SwapStage.FIRST + ".jar");
        try (java.io.InputStream in = java.nio.file.Files.newInputStream(jar)) {
            bundle.update(in);
        } catch (BundleException | java.io.IOException e) {
            throw new IllegalStateException("update of " + SwapStage.FIRST + ": " + e.getMessage(), e);
        }
    }

    /** So many extents that live all the time, each of a granule. */
    private static void live(Session session, int extents) {
        for (int left = extents; left > 0; left -= SET) {
            session.describe(SwapStage.small().count(Math.min(SET, left)), List.of(UseId.parse("cpu"))).then(BufferSet::allocate).orThrow();
        }
    }

    private static BufferSpec pictures(int count) {
        return BufferSpec.picture(PixelFormat.NV12, 1920, 1080).count(count);
    }

    /** The current version of the allocator, which placed next to nothing of what was there, gives the whole region in one piece. */
    private static boolean isOneHole(LiveBoard board) {
        Snapshot.Region region = board.inventory().snapshot().regions().stream().filter(r -> r.name().equals(SwapStage.REGION)).findFirst().orElseThrow();
        try (Session session = board.broker().open("whole")) {
            return region.used() == 0 && session.describe(BufferSpec.bytes(region.size()).in(0, List.of(SwapStage.REGION)), List.of(UseId.parse("cpu"))).then(BufferSet::allocate).isOk();
        }
    }
}
