package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * {@code bench carveout}: small objects in an SRAM, by what {@code allocator.carveout} is made of and by yardsticks, beside a goal.
 * Confined to the creating thread.
 */
final class CarveoutBench {

    private static final String HELP = """
        bench carveout [OPTION…]

        Objects of 64 bytes to 4 KiB in an SRAM of 16 MiB that is 90 % full: taken and given back by the allocator of a carveout (its whole
        work when its seat calls it, against a ledger that believes everything), by the address ranges below it, and by three yardsticks,
        in turns. Each answer is checked first.

          --trace FILE   a trace of its own instead of the one that is made from the seed
          --seed N       makes the trace (default 1)
          --rounds N     timed rounds, 1 or more (default 21)
          --json FILE    write the figures as JSON; - for standard output, and nothing else there
          --help         this text

        Exit: 0 done, 1 an answer was wrong, 2 the call or the trace is wrong. A goal that is missed is told, and is no failure of the call.
        """;

    private static final long REGION = 16 << 20;
    private static final long GRANULE = 64;
    private static final int FULL_PERCENT = 90;
    private static final int STEADY_OPS = 200_000;
    /** Time of the address ranges beside that of good fit, and records beside the region. */
    private static final double RATIO = 1.5;
    private static final double RECORDS = 0.07;

    private CarveoutBench() {
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            RangeOptions options = new RangeOptions();
            options.rounds = 21;
            long seed = 1;
            Path file = null;
            for (int i = 0; i < args.length; i++) {
                String option = args[i];
                if (option.equals("--help") || option.equals("-h")) {
                    out.print(HELP);
                    return Main.DONE;
                }
                if (!List.of("--trace", "--seed", "--rounds", "--json").contains(option)) {
                    throw new WrongCall("bench carveout has no option " + option + "; --help tells them");
                }
                if (++i == args.length) {
                    throw new WrongCall(option + " needs a value");
                }
                switch (option) {
                    case "--trace" -> file = Path.of(args[i]);
                    case "--seed" -> seed = RangeOptions.seed(args[i]);
                    case "--rounds" -> options.rounds = RangeOptions.rounds(args[i]);
                    default -> options.json = args[i];
                }
            }
            options.allocators.addAll(List.of(Allocators.CARVER, Allocators.RANGE, Allocators.GOOD_FIT, Allocators.BITMAP, Allocators.TREE));
            Trace trace = file == null ? Trace.of("sram", lines(seed)) : Trace.read(file);
            if (trace.limits.length > 0) {
                throw new WrongCall("--trace " + file + ": it has address limits, which good fit does not know");
            }
            List<RangeRow> rows = new RangeBench(options, out, err).run(List.of(trace));
            if (rows.isEmpty()) {
                return Main.CHECK_FAILED;
            }
            if (!"-".equals(options.json)) {
                goals(rows, trace, out);
            }
            return Main.DONE;
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (IOException | UncheckedIOException e) {
            err.println("bench carveout: cannot write: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    private static void goals(List<RangeRow> rows, Trace trace, PrintStream out) {
        RangeRow plugin = rows.getFirst();
        RangeRow ranges = rows.get(1);
        goal(out, "address ranges, ratio to good fit", ranges.ratioToGoodFit[1], RATIO, "at most");
        out.printf(Locale.ROOT, "%-50s %8.3f%n", "the whole plug-in, ratio to good fit", plugin.ratioToGoodFit[1]);
        goal(out, "the whole plug-in, records / region", (double) plugin.metadataBytes() / trace.region, RECORDS, "at most");
        goal(out, "the whole plug-in, bytes served / asked for", plugin.served(), 1, "at least");
    }

    private static void goal(PrintStream out, String what, double found, double bound, String how) {
        boolean reached = how.equals("at most") ? found <= bound : found >= bound;
        out.printf(Locale.ROOT, "%-50s %8.3f  goal %s %.2f: %s%n", what, found, how, bound, reached ? "reached" : "MISSED");
    }

    /** Fills the region, then gives back and takes at random; sizes are log-uniform, as buffers, descriptors and rings are. */
    static List<String> lines(long seed) {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("# name=sram region=" + REGION + " granule=" + GRANULE));
        List<Integer> live = new ArrayList<>();
        List<Integer> spare = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        long used = 0;
        int steady = 0;
        boolean full = false;
        while (steady < STEADY_OPS) {
            long size = Math.round(64 * Math.pow(64, random.nextDouble()));
            long rounded = size + GRANULE - 1 & -GRANULE;
            if (used + rounded <= REGION / 100 * FULL_PERCENT) {
                int id = spare.isEmpty() ? sizes.size() : spare.removeLast();
                if (id == sizes.size()) {
                    sizes.add(rounded);
                }
                sizes.set(id, rounded);
                live.add(id);
                used += rounded;
                lines.add("A " + id + " " + size + " " + GRANULE + " 0");
            } else {
                if (!full) {
                    full = true;
                    lines.add("# steady");
                }
                int which = random.nextInt(live.size());
                int id = live.set(which, live.getLast());
                live.removeLast();
                spare.add(id);
                used -= sizes.get(id);
                lines.add("F " + id);
            }
            steady += full ? 1 : 0;
        }
        return lines;
    }
}
