package sharebuf.app.run;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.osgi.framework.BundleContext;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.board.MachineBoard;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.flow.CountedFrames;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.FrameFeed;
import sharebuf.app.flow.Frames;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Wanted;
import sharebuf.app.media.Bars;
import sharebuf.app.media.MediaException;
import sharebuf.app.media.Picture;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Y4mReader;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.Windows;
import sharebuf.node.DeviceException;

/**
 * One run on a board that is up.
 *
 * <p>Confined to one thread, but for {@link #stop}.
 */
final class Run {
    private static final String USES = "--uses ";

    private final BundleContext context;
    private final LiveBoard board;
    private final RunOptions options;
    private final Output output;
    private final Result result;
    private final Plugins plugins;
    private Optional<Pipeline> played = Optional.empty();
    private volatile boolean stopped;
    private volatile Optional<Frames> flowing = Optional.empty();

    Run(BundleContext context, LiveBoard board, RunOptions options, Output output, Result result, Plugins plugins) {
        this.context = context;
        this.board = board;
        this.options = options;
        this.output = output;
        this.result = result;
        this.plugins = plugins;
    }

    /** Ends the stream behind the frame that is being drawn; the run then ends as after its last frame. */
    void stop() {
        stopped = true;
        flowing.ifPresent(Frames::stop);
    }

    int run() throws WrongCall {
        try (Y4mReader source = options.source().isPresent() ? open() : null) {
            Score score = options.board().machine().isPresent() ? real(options.board().machine().get()) : drawn(source);
            result.pipeline = score.pipeline().toString();
            played = Optional.of(score.pipeline());
            result.checked = score.frames().checked();
            flowing = Optional.of(score.frames());
            if (stopped) {
                score.frames().stop();
            }
            BufferSpec spec = options.memory().in(BufferSpec.picture(score.format(), score.size().width(), score.size().height()).count(options.count()),
                    board.inventory().snapshot().regions().stream().map(Snapshot.Region::name).toList());
            options.fault().ifPresent(f -> board.faults().inject(f.fault(), f.n()));
            long began = System.nanoTime();
            Balance before = Balance.of(board.inventory().snapshot());
            try {
                play(spec, score);
            } catch (RefusedException e) {
                result.refusal = Optional.of(asTyped(e.refusal()));
            } catch (FlowFailure e) {
                if (e.getCause() instanceof RefusedException r) {
                    result.refusal = Optional.of(asTyped(r.refusal()));
                } else {
                    result.failure = Optional.of(e.getMessage());
                }
            }
            options.fault().ifPresent(f -> board.faults().clear());
            result.learnt = board.broker().learnt();
            result.violations = board.inventory().violations();
            result.cut = stopped || result.refusal.isPresent() || result.failure.isPresent();
            if (options.fault().isPresent() && !result.cut && result.verdict.clean()) {
                result.failure = Optional.of("--fault " + options.fault().get() + ": nothing was lost or torn. A writer that snoops has nothing to sync; "
                        + "a source with fewer frames than N loses none");
            }
            Snapshot after = board.inventory().snapshot();
            result.leaks = Balance.of(after).minus(before);
            result.held = after.holdings().stream().filter(h -> h.ageMillis() <= (System.nanoTime() - began) / 1_000_000).toList();
            if (score.frames() instanceof FrameFeed feed && feed.failure().isPresent()) {
                throw new WrongCall(feed.failure().get().getMessage());
            }
            return exit();
        }
    }

    /** A simulated camera sees what is drawn for it. */
    private Score drawn(Y4mReader source) throws WrongCall {
        FrameFeed feed = new FrameFeed(source == null ? new Bars() : source, options.frames());
        return new Score(options.pipeline().orElseThrow(), options.format().orElseThrow(), size(source), feed, rate(source));
    }

    /** Real devices: what was not said is what they have in common. */
    private Score real(MachineBoard machine) throws WrongCall {
        Pipeline pipeline = options.pipeline().isPresent() ? options.pipeline().get()
                : Suggestion.pipeline(machine.devices().stream().map(MachineBoard.Node::name).toList(), board.broker().uses());
        List<Use> uses = new ArrayList<>();
        switch (board.broker().resolve(pipeline.names(0))) {
            case Outcome.Ok<List<UseId>>(List<UseId> ids) -> ids.forEach(id -> board.broker().use(id).ifPresent(uses::add));
            case Outcome.No<List<UseId>>(Refusal why) -> throw new WrongCall("--pipeline '" + pipeline + "': " + why.message());
        }
        PixelFormat format = options.format().isPresent() ? options.format().get() : Suggestion.format(uses);
        Size size = options.size().isPresent() ? options.size().get() : Suggestion.size(format, uses, modes(uses));
        return new Score(pipeline, format, size, new CountedFrames(options.frames()), options.fps().orElse(RunOptions.DEFAULT_FPS) + ":1");
    }

    /** Those of the first display among them. */
    private List<Display.Mode> modes(List<Use> uses) throws WrongCall {
        try (Session session = board.broker().open("modes")) {
            for (Use use : uses) {
                if (session.device(Display.class, use.id().device()) instanceof Outcome.Ok<Display>(Display display)) {
                    return display.modes();
                }
            }
            return List.of();
        } catch (DeviceException e) {
            throw new WrongCall("--size: the modes of a display cannot be read: " + e.getMessage());
        }
    }

    private Y4mReader open() throws WrongCall {
        try {
            return Y4mReader.open(options.source().orElseThrow());
        } catch (MediaException e) {
            throw new WrongCall("--source " + e.getMessage());
        }
    }

    private Size size(Y4mReader source) throws WrongCall {
        if (source == null) {
            return options.size().orElse(RunOptions.DEFAULT_SIZE);
        }
        Size own = new Size(source.width(), source.height());
        if (options.size().isPresent() && !options.size().get().equals(own)) {
            throw new WrongCall("--source " + options.source().orElseThrow() + ": frame 0: pictures of " + own + ", --size is " + options.size().get()
                    + "; allowed: --size " + own + ", or no --size");
        }
        return own;
    }

    /** Pictures are written at the rate of the source; what is played as fast as it goes is watched at 60. */
    private String rate(Y4mReader source) {
        return Optional.ofNullable(source).flatMap(Y4mReader::rate).orElse((options.fps().orElse(0) == 0 ? RunOptions.DEFAULT_FPS : options.fps().getAsInt()) + ":1");
    }

    private void play(BufferSpec spec, Score score) throws FlowFailure, WrongCall {
        AtomicReference<Events> events = new AtomicReference<>();
        Optional<LastFrame> last = options.onLast().map(LastFrame::new);
        List<List<String>> sets = IntStream.range(0, score.pipeline().sets()).mapToObj(score.pipeline()::names).toList();
        try (Gallery gallery = options.out().isPresent() ? new Gallery(options.out().get(), score.rate()) : null;
                Session session = board.broker().open("run")) {
            Wanted wanted = new Wanted(sets, spec, options.fps(), score.frames(), device -> keep(gallery, device), frame -> {
                        plugins.reached(frame);
                        events.get().reached(frame);
                    }, display -> last.ifPresent(l -> l.accept(display)), options.copy());
            try (Stream stream = new Stream(context, board.broker(), session, wanted);
                    Events happening = new Events(board, session, stream, options, spec)) {
                events.set(happening);
                result.began = true;
                try {
                    stream.start();
                    Text.sets(stream.sets(), board.inventory().snapshot()).forEach(output::say);
                    Text.copies(stream.copies()).forEach(output::say);
                    Text.bounces(stream.sets()).forEach(output::say);
                    Text.learnt(board.broker().learnt()).forEach(output::say);
                    stream.await();
                    result.failure = last.flatMap(LastFrame::failure);
                } finally {
                    // A run that ends in the middle tells as well what it saw.
                    report(stream, happening, Optional.ofNullable(gallery));
                }
            }
        }
    }

    private void report(Stream stream, Events happening, Optional<Gallery> gallery) throws WrongCall {
        Map<String, String> turned = new TreeMap<>();
        result.flowed = stream.flowed();
        result.verdict = stream.verdict();
        result.frames = stream.frames();
        result.events = happening.finish();
        result.pauses = happening.pauses();
        Snapshot snapshot = board.inventory().snapshot();
        List<SetReport> reports = stream.sets().stream().map(set -> new SetReport(set, snapshot)).toList();
        result.copies = stream.copies();
        stream.turned().forEach((reader, turn) -> turned.put(reader, turn.toString()));
        result.turned = turned;
        result.sets = reports.stream().map(SetReport::json).toList();
        result.bundles = board.deployer().bundles();
        if (gallery.isPresent()) {
            boolean known = snapshot.regions().stream().allMatch(Snapshot.Region::addressesKnown);
            String map = known ? MemoryMap.draw(board.board().name(), reports, snapshot, windows(stream)) : KernelMap.draw(board.board().name(), reports, snapshot);
            gallery.get().write("memory.svg", map.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * A fix in the words of this command. Frames wait for a bundle that was stopped, so it has to be started at the very frame; uses are the
     * devices of the pipeline, and without one of them it may be none.
     */
    private Refusal asTyped(Refusal refusal) {
        Refusal why = board.bounceable(refusal);
        Optional<String> started = options.happenings().stream().filter(h -> h.action() == Happening.Action.STOP && why.fix().equals("start=" + h.target())).findFirst()
                .map(h -> "--at " + h.frame() + ":start=" + h.target());
        if (started.isPresent() || !why.fix().startsWith(USES)) {
            return started.map(why::fixedBy).orElse(why);
        }
        Set<String> devices = Arrays.stream(why.fix().substring(USES.length()).split(",")).map(Pipeline::device).collect(Collectors.toSet());
        return why.fixedBy(played.flatMap(p -> p.keeping(devices)).map(p -> "--pipeline '" + p + "'").orElse(""));
    }

    /** What each device of the stream reaches; behind an IOMMU that is everything. */
    private static List<MemoryMap.Reach> windows(Stream stream) {
        Map<String, Windows> reach = new TreeMap<>();
        for (BufferSet set : stream.sets()) {
            for (Attachment attachment : set.attachments()) {
                Use use = attachment.use();
                Windows windows = use.dma().iommu() ? Windows.ALL : MemoryConstraints.direct(use.id(), use.dma()).reach().value();
                reach.merge(use.id().device(), windows, Windows::and);
            }
        }
        return reach.entrySet().stream().map(e -> new MemoryMap.Reach(e.getKey(), e.getValue())).toList();
    }

    /** Only what a display scans out is kept. */
    private Optional<BiConsumer<Raster, MemorySegment>> keep(Gallery gallery, String device) {
        boolean shows = board.broker().uses().stream().filter(u -> u.id().device().equals(device)).allMatch(u -> !u.access().writes());
        return gallery == null || !shows ? Optional.empty() : Optional.of(gallery.keep(device));
    }

    private int exit() {
        if (result.refusal.isPresent()) {
            return Exit.REFUSED;
        }
        if (!result.verdict.clean()) {
            return Exit.LOST;
        }
        boolean failed = result.failure.isPresent() || !result.leaks.even()
                || result.events.stream().anyMatch(e -> e.outcome() == Event.Outcome.FAILED);
        return failed ? Exit.FAILED : stopped ? Exit.INTERRUPTED : Exit.DONE;
    }
}
