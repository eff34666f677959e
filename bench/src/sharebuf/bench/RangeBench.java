package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code bench range}: replays traces, allocators taking turns, and reports each one with its ratio to the yardsticks.
 * Confined to the creating thread.
 *
 * <pre>
 *   for each trace    check      every allocator once, untimed; the oracle of exact best fit for the packing
 *                     warm up    rounds that are not counted
 *                     rounds     allocator 1, 2, 3, then again 1, 2, 3 …; ratio of a round = 1 / 2, 1 / 3
 *                     each op    once more with the clock read around every operation, for the percentiles
 * </pre>
 */
final class RangeBench {

    private static final int WARM_UP_ROUNDS = 4;

    private final RangeOptions options;
    private final PrintStream out;
    private final PrintStream err;

    RangeBench(RangeOptions options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            RangeOptions options = RangeOptions.parse(args);
            if (options.help) {
                out.print(RangeOptions.HELP);
                return Main.DONE;
            }
            List<Trace> traces = new ArrayList<>();
            for (Path file : options.traces) {
                traces.add(Trace.read(file));
            }
            return new RangeBench(options, out, err).run(traces).isEmpty() ? Main.CHECK_FAILED : Main.DONE;
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (IOException | UncheckedIOException e) {
            err.println("bench range: cannot write: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    /** Measures and writes; the rows, none when an answer was wrong. */
    List<RangeRow> run(List<Trace> traces) throws IOException {
        boolean table = !"-".equals(options.json);
        if (table) {
            out.println("traces replayed in this JVM: allocators and clock are real, no memory behind the addresses, "
                + "no hardware touched");
        }
        List<RangeRow> rows = new ArrayList<>();
        for (Trace trace : traces) {
            List<RangeRow> some = measure(trace);
            if (some.isEmpty()) {
                return some;
            }
            rows.addAll(some);
        }
        if (table) {
            RangeRow.table(rows, out);
        }
        if (options.json != null) {
            String json = Json.write(rows.stream().map(RangeRow::json).toList());
            if (table) {
                Files.writeString(Path.of(options.json), json);
            } else {
                out.print(json);
            }
        }
        return rows;
    }

    /** The rows of one trace, none if an answer was wrong. */
    private List<RangeRow> measure(Trace trace) throws IOException {
        List<Allocators.Named> all = options.allocators;
        List<RangeRow> rows = new ArrayList<>();
        for (Allocators.Named named : all) {
            progress(trace.name + ": checking " + named.name());
            Verified verified = verify(trace, named, rows.isEmpty() ? options.placements : null);
            if (verified.fault != null) {
                err.println(trace.name + ", " + named.name() + ": wrong answer, " + verified.fault);
                return List.of();
            }
            rows.add(new RangeRow(trace, named.name(), verified));
        }
        progress(trace.name + ": exact best fit");
        long bestFit = new Verified(trace, new BestFitOracle(trace), null).bytesServed;

        Replay.Round[][] rounds = new Replay.Round[all.size()][options.rounds];
        for (int round = -WARM_UP_ROUNDS; round < options.rounds; round++) {
            progress(trace.name + ": round " + round);
            for (int i = 0; i < rounds.length; i++) {
                Replay.Round measured = Replay.round(trace, all.get(i).create().apply(trace));
                if (round >= 0) {
                    rounds[i][round] = measured;
                }
            }
        }
        long clock = Replay.clockNanos();
        for (int i = 0; i < rounds.length; i++) {
            RangeRow row = rows.get(i);
            row.bestFitBytesServed = bestFit;
            row.clockNanos = clock;
            row.times(rounds[i], Replay.eachSorted(trace, all.get(i).create().apply(trace)));
            row.ratioToBitmap = ratio(rounds[i], rounds, all.indexOf(Allocators.BITMAP));
            row.ratioToGoodFit = ratio(rounds[i], rounds, all.indexOf(Allocators.GOOD_FIT));
            row.ratioToCachedTree = ratio(rounds[i], rounds, all.indexOf(Allocators.CACHED_TREE));
            row.ratioToTree = ratio(rounds[i], rounds, all.indexOf(Allocators.TREE));
        }
        progress("");
        return rows;
    }

    private static Verified verify(Trace trace, Allocators.Named named, Path placements) throws IOException {
        if (placements == null) {
            return new Verified(trace, named.create().apply(trace), null);
        }
        try (Writer writer = Files.newBufferedWriter(placements)) {
            return new Verified(trace, named.create().apply(trace), writer);
        }
    }

    /** Quartiles of the ratio, round by round; null if the yardstick is not measured. */
    private static double[] ratio(Replay.Round[] rounds, Replay.Round[][] all, int yardstick) {
        if (yardstick < 0) {
            return null;
        }
        double[] ratios = new double[rounds.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = rounds[i].nanos() / all[yardstick][i].nanos();
        }
        return quartiles(ratios);
    }

    static double[] quartiles(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return new double[] {sorted[last / 4], (sorted[last / 2] + sorted[(last + 1) / 2]) / 2,
            sorted[last - last / 4]};
    }

    private void progress(String text) {
        if (System.console() != null && System.console().isTerminal()) {
            err.print(String.format(Locale.ROOT, "\r%-60s%s", text, text.isEmpty() ? "\r" : ""));
        }
    }
}
