package sharebuf.app.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.run.Balance;
import sharebuf.app.run.Pipeline;
import sharebuf.buffer.BufferSpec;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Deployer.Change;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.inventory.Snapshot;

/**
 * One soak on a board that is up.
 *
 * <p>Confined to one thread, but for {@link #stop}.
 */
final class Soak {
    private static final int BUFFERS = 4;

    private final BundleContext context;
    private final LiveBoard board;
    private final SoakOptions options;
    private final Seams seams;
    private final Output output;
    private final SoakResult result;
    private final Tallies tallies = new Tallies();
    private volatile boolean stopped;

    Soak(BundleContext context, LiveBoard board, SoakOptions options, Seams seams, Output output, SoakResult result) {
        this.context = context;
        this.board = board;
        this.options = options;
        this.seams = seams;
        this.output = output;
        this.result = result;
    }

    /** Makes no more steps; what plays is played to its end. */
    void stop() {
        stopped = true;
    }

    /** All of it. */
    void run() throws WrongCall, InterruptedException {
        long begin = System.nanoTime();
        Cast cast = wire();
        Balance before = Balance.of(board.inventory().snapshot());
        BufferSpec spec = BufferSpec.picture(options.format(), options.size().width(), options.size().height()).count(BUFFERS);
        List<Playing> playing = options.pipelines().stream().map(p -> new Playing(context, board, p, spec, options.fps())).toList();
        Nurse nurse = new Nurse(context, board.deployer(), cast, seams);
        Performer performer = new Performer(board.deployer(), playing.getFirst(), seams, nurse, tallies,
                this::application);
        List<Neighbour> neighbours = IntStream.range(0, options.neighbours())
                .mapToObj(i -> new Neighbour(this::application, options.seed() + i)).toList();
        try {
            for (Playing each : playing) {
                if (each.stream().isEmpty()) {
                    throw new WrongCall(each.failure().orElse(each.name() + " does not begin"));
                }
            }
            neighbours.forEach(Neighbour::start);
            steps(performer, cast, playing, begin);
        } finally {
            for (Neighbour each : neighbours) {
                each.end().ifPresent(result.failures::add);
            }
            seams.disarm();
            nurse.healAll();
            nurse.close();
            for (Playing each : playing) {
                result.verdicts.put(each.name(), each.end());
                each.failure().ifPresent(result.failures::add);
            }
        }
        result.failures.addAll(performer.failures());
        result.faults = seams.counts();
        result.refusals = tallies.refusals();
        result.moves = tallies.moves();
        result.bytesMoved = tallies.bytesMoved();
        result.damage = tallies.damage();
        result.pause = playing.stream().map(p -> p.pauses().longest()).max(Comparator.comparingLong(Pauses.Pause::micros)).orElseThrow();
        Snapshot after = board.inventory().snapshot();
        result.leaks = Balance.of(after).minus(before);
        result.held = after.holdings();
        result.took = java.time.Duration.ofNanos(System.nanoTime() - begin);
    }

    private void steps(Performer performer, Cast cast, List<Playing> playing, long begin) throws InterruptedException {
        Iterator<Step> script = options.actions().<Iterator<Step>>map(List::iterator).orElseGet(() -> new Script(options.seed(), cast));
        long end = begin + options.limit().toNanos();
        while (!stopped && script.hasNext() && result.steps.size() < options.until() && playing.stream().noneMatch(p -> p.failure().isPresent())) {
            Step step = script.next();
            if (!playing.getFirst().await(step.frame(), end)) {
                break;
            }
            playing.forEach(p -> p.pauses().doing(step.toString()));
            Performed performed = performer.perform(step);
            result.steps.add(performed);
            output.say(performed.line());
        }
    }

    /** Swaps every plug-in of the board for a copy that can be made to misbehave. */
    private Cast wire() throws WrongCall {
        Map<String, List<String>> methods = new TreeMap<>();
        Path folder = null;
        try {
            Map<String, Path> jars = jars();
            folder = Files.createTempDirectory("sharebuf-soak");
            for (String bundle : board.board().bundles()) {
                if (!jars.containsKey(bundle)) {
                    continue; // brought by the board's file itself: it stays as it is
                }
                WiredJar wired = WiredJar.of(jars.get(bundle));
                Change change = board.deployer().swap(bundle, Optional.of(wired.write(folder, bundle)));
                if (!change.done()) {
                    throw new WrongCall("board " + board.board().name() + ": " + bundle + " cannot be swapped for its copy: " + change.message());
                }
                methods.put(bundle, wired.methods());
            }
        } catch (IOException e) {
            throw new WrongCall("copies of the board's plug-ins cannot be made: " + e);
        } finally {
            delete(folder);
        }
        if (methods.isEmpty()) {
            throw new WrongCall("board " + board.board().name() + " names no plug-in");
        }
        List<String> serving = methods.entrySet().stream().filter(e -> e.getValue().contains("uses")).map(Map.Entry::getKey).toList();
        return Cast.of(methods, serving, late());
    }

    private Map<String, Path> jars() throws IOException {
        Map<String, Path> jars = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(context.getProperty("sharebuf.index")))) {
            String[] fields = line.split("\t");
            jars.put(fields[0], Path.of(fields[3]));
        }
        return jars;
    }

    private static void delete(Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            return; // the folder for temporary files is somebody else's to clean
        }
    }

    /** Devices that only read, and that no pipeline has. */
    private List<String> late() {
        Set<String> busy = new TreeSet<>();
        for (Pipeline pipeline : options.pipelines()) {
            for (int set = 0; set < pipeline.sets(); set++) {
                pipeline.names(set).forEach(n -> busy.add(n.split(":")[0]));
            }
        }
        Map<String, List<Use>> byDevice = board.broker().uses().stream().collect(Collectors.groupingBy(u -> u.id().device(), TreeMap::new, Collectors.toList()));
        List<String> late = new ArrayList<>();
        byDevice.forEach((device, uses) -> {
            if (!busy.contains(device) && uses.stream().noneMatch(u -> u.access().writes())) {
                late.add(device);
            }
        });
        return late;
    }

    private Application application(long seed) {
        List<String> memories = board.inventory().snapshot().regions().stream().map(Snapshot.Region::name).sorted().toList();
        return new Application(board.broker(), readers(), options.format(), memories, seed, tallies);
    }

    private List<UseId> readers() {
        return board.broker().uses().stream().filter(u -> !u.access().writes() && !u.formats().isEmpty()).map(Use::id).sorted().toList();
    }
}
