package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * {@code bench iova}: addresses behind an IOMMU, by what {@code mapops.iommu} takes them from and by the plan of Linux, beside goals.
 * Confined to the creating thread.
 */
final class IovaBench {
    private static final String HELP = """
        bench iova [OPTION…]

        Addresses of 64 GiB, 20,000 ranges live, given back and taken at random; a third must lie below 4 GiB. iova-small: up to 128 KiB, as networks
        and disks map them; iova: every eighth is a buffer of up to 4 MiB. Taken from magazines in front of address ranges, from those ranges alone, and
        from two yardsticks: magazines up to 128 KiB in front of a search from the top (cached-tree), and a tree by size. Each answer is checked first.

          --seed N       makes the traces (default 1)
          --rounds N     timed rounds, 1 or more (default 15)
          --json FILE    write the figures as JSON; - for standard output, and nothing else there
          --help         this text

        Exit: 0 done, 1 an answer was wrong, 2 the call is wrong. A goal that is missed is told, and is no failure of the call.
        """;

    private static final long REGION = 64L << 30;
    private static final long PAGE = 4096;
    private static final long LOW = 4L << 30;
    private static final int LIVE = 20_000;
    private static final int STEADY_OPS = 240_000;
    private static final int LARGE_PERCENT = 12;
    private static final int LOW_PERCENT = 30;
    private static final int LARGEST_PAGES = 1024;
    /** Sizes up to 128 KiB, each as often as it stands here. */
    private static final long[] SMALL = {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 16, 16, 16, 32, 32};
    private static final double SMALL_RATIO = 1.2;
    private static final double MIXED_RATIO = 0.03;

    private IovaBench() {
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            RangeOptions options = new RangeOptions();
            long seed = 1;
            for (int i = 0; i < args.length; i++) {
                String option = args[i];
                if (option.equals("--help") || option.equals("-h")) {
                    out.print(HELP);
                    return Main.DONE;
                }
                if (!List.of("--seed", "--rounds", "--json").contains(option)) {
                    throw new WrongCall("bench iova has no option " + option + "; --help tells them");
                }
                if (++i == args.length) {
                    throw new WrongCall(option + " needs a value");
                }
                switch (option) {
                    case "--seed" -> seed = RangeOptions.seed(args[i]);
                    case "--rounds" -> options.rounds = RangeOptions.rounds(args[i]);
                    default -> options.json = args[i];
                }
            }
            options.allocators.addAll(List.of(Allocators.MAGAZINES, Allocators.RANGE, Allocators.CACHED_TREE, Allocators.TREE));
            List<RangeRow> rows = new RangeBench(options, out, err).run(List.of(Trace.of("iova-small", lines(seed, 0)), Trace.of("iova", lines(seed, LARGE_PERCENT))));
            if (rows.isEmpty()) {
                return Main.CHECK_FAILED;
            }
            if (!"-".equals(options.json)) {
                goal(out, "iova-small, magazines, ratio to cached-tree", rows.getFirst(), SMALL_RATIO);
                goal(out, "iova, magazines, ratio to cached-tree", rows.get(options.allocators.size()), MIXED_RATIO);
            }
            return Main.DONE;
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (IOException | UncheckedIOException e) {
            err.println("bench iova: cannot write: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    private static void goal(PrintStream out, String what, RangeRow row, double bound) {
        double found = row.ratioToCachedTree[1];
        out.printf(Locale.ROOT, "%-50s %8.3f  goal at most %.2f: %s%n", what, found, bound, found <= bound ? "reached" : "MISSED");
    }

    /** Takes what shall be live, then gives back and takes at random. Each range lies at a multiple of its size, rounded up to a power of two. */
    static List<String> lines(long seed, int largePercent) {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("# name=iova" + (largePercent == 0 ? "-small" : "") + " region=" + REGION + " granule=" + PAGE));
        for (int id = 0; id < LIVE; id++) {
            lines.add(take(id, random, largePercent));
        }
        lines.add("# steady");
        for (int i = 0; i < STEADY_OPS; i += 2) {
            int id = random.nextInt(LIVE);
            lines.add("F " + id);
            lines.add(take(id, random, largePercent));
        }
        return lines;
    }

    private static String take(int id, Random random, int largePercent) {
        long pages = random.nextInt(100) < largePercent ? 1 + random.nextInt(LARGEST_PAGES) : SMALL[random.nextInt(SMALL.length)];
        long align = PAGE * (pages == 1 ? 1 : Long.highestOneBit(pages - 1) << 1);
        return "A " + id + " " + pages * PAGE + " " + align + " " + (random.nextInt(100) < LOW_PERCENT ? LOW : 0);
    }
}
