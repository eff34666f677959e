package sharebuf.app.run;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.osgi.framework.BundleContext;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.FrameFeed;
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
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.device.Use;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.Windows;

/**
 * One run on a board that is up.
 *
 * <p>Confined to one thread, but for {@link #stop}.
 */
final class Run {
    private final BundleContext context;
    private final LiveBoard board;
    private final RunOptions options;
    private final Output output;
    private final Result result;
    private volatile boolean stopped;
    private volatile Optional<FrameFeed> feed = Optional.empty();

    Run(BundleContext context, LiveBoard board, RunOptions options, Output output, Result result) {
        this.context = context;
        this.board = board;
        this.options = options;
        this.output = output;
        this.result = result;
    }

    /** Ends the stream behind the frame that is being drawn; the run then ends as after its last frame. */
    void stop() {
        stopped = true;
        feed.ifPresent(FrameFeed::stop);
    }

    int run() throws WrongCall {
        try (Y4mReader source = options.source().isPresent() ? open() : null) {
            Size size = size(source);
            FrameFeed frames = new FrameFeed(source == null ? new Bars() : source, options.frames());
            feed = Optional.of(frames);
            if (stopped) {
                frames.stop();
            }
            BufferSpec spec = BufferSpec.picture(options.format(), size.width(), size.height()).count(options.count());
            options.fault().ifPresent(f -> board.faults().inject(f.fault(), f.n()));
            Balance before = Balance.of(board.inventory().snapshot());
            try {
                play(spec, frames, rate(source));
            } catch (RefusedException e) {
                result.refusal = Optional.of(startedAgain(e.refusal()));
            } catch (FlowFailure e) {
                if (e.getCause() instanceof RefusedException r) {
                    result.refusal = Optional.of(startedAgain(r.refusal()));
                } else {
                    result.failure = Optional.of(e.getMessage());
                }
            }
            board.faults().clear();
            result.cut = stopped || result.refusal.isPresent() || result.failure.isPresent();
            if (options.fault().isPresent() && !result.cut && result.verdict.clean()) {
                result.failure = Optional.of("--fault " + options.fault().get() + ": nothing was lost or torn. A writer that snoops has nothing to sync; "
                        + "a source with fewer frames than N loses none");
            }
            result.leaks = Balance.of(board.inventory().snapshot()).minus(before);
            if (frames.failure().isPresent()) {
                throw new WrongCall(frames.failure().get().getMessage());
            }
            return exit();
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
        return Optional.ofNullable(source).flatMap(Y4mReader::rate).orElse((options.fps() == 0 ? RunOptions.DEFAULT_FPS : options.fps()) + ":1");
    }

    private void play(BufferSpec spec, FrameFeed frames, String rate) throws FlowFailure, WrongCall {
        AtomicReference<Events> events = new AtomicReference<>();
        List<List<String>> sets = IntStream.range(0, options.pipeline().sets()).mapToObj(options.pipeline()::names).toList();
        Raster raster = new Raster(options.format(), spec.width(), spec.height());
        try (Gallery gallery = options.out().isPresent() ? new Gallery(options.out().get(), raster, rate) : null;
                Session session = board.broker().open("run")) {
            Wanted wanted = new Wanted(sets, spec, options.fps(), frames, device -> keep(gallery, device), frame -> events.get().reached(frame));
            try (Stream stream = new Stream(context, board.broker(), session, wanted);
                    Events happening = new Events(board, session, stream, options, spec)) {
                events.set(happening);
                result.began = true;
                try {
                    stream.start();
                    Text.sets(stream.sets(), board.inventory().snapshot()).forEach(output::say);
                    stream.await();
                } finally {
                    // A run that ends in the middle tells as well what it saw.
                    report(stream, happening, Optional.ofNullable(gallery));
                }
            }
        }
    }

    private void report(Stream stream, Events happening, Optional<Gallery> gallery) throws WrongCall {
        result.flowed = stream.flowed();
        result.verdict = stream.verdict();
        result.frames = stream.frames();
        result.events = happening.finish();
        Snapshot snapshot = board.inventory().snapshot();
        List<SetReport> reports = stream.sets().stream().map(set -> new SetReport(set, snapshot)).toList();
        result.sets = reports.stream().map(SetReport::json).toList();
        result.bundles = board.deployer().bundles();
        if (gallery.isPresent()) {
            gallery.get().write("memory.svg", MemoryMap.draw(board.board().name(), reports, snapshot, windows(stream)).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Frames wait for a bundle that was stopped, so it has to be started at the very frame. */
    private Refusal startedAgain(Refusal why) {
        return options.happenings().stream().filter(h -> h.action() == Happening.Action.STOP && why.fix().equals("start=" + h.target())).findFirst()
                .map(h -> why.fixedBy("--at " + h.frame() + ":start=" + h.target())).orElse(why);
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
    private Consumer<MemorySegment> keep(Gallery gallery, String device) {
        boolean shows = board.broker().uses().stream().filter(u -> u.id().device().equals(device)).allMatch(u -> !u.access().writes());
        return gallery == null || !shows ? pixels -> { } : gallery.keep(device);
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
