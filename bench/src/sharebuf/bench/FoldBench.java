package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.Windows;

/**
 * {@code bench fold}: what the constraints of several uses merge to, beside a fold of bare numbers. Confined to the creating thread.
 */
final class FoldBench {
    private static final String HELP = """
        bench fold [OPTION…]

        Merges the constraints of 2, 8 and 32 uses, as the broker does when a set is made or a device joins: windows of addresses, alignment and the
        segment rules of each use, each with who asked for it. The yardstick folds six numbers a use into six (lowest and highest address, alignment,
        segments, their size, their boundary) and forgets who asked. Rounds in turns.

          --rounds N     timed rounds, 1 or more (default 51)
          --warm-up N    seconds that the JIT gets at most for each of both sides of a row (default 10)
          --json FILE    write the figures as JSON; - for standard output, and nothing else there
          --help         this text

        Exit: 0 done, 1 an answer was wrong, 2 the call is wrong.
        """;

    private static final int ROUNDS = 51;
    private static final long SEED = 1;

    /** Keeps the answers alive, so that no loop is optimised away. */
    private static Object sink;
    private static long longSink;

    /** Six numbers of a use. */
    record Flat(long low, long high, long align, long segments, long segmentSize, long boundary) {
        Flat merge(Flat o) {
            return new Flat(Math.max(low, o.low), Math.min(high, o.high), Math.max(align, o.align), Math.min(segments, o.segments), Math.min(segmentSize, o.segmentSize),
                boundary == 0 ? o.boundary : o.boundary == 0 ? boundary : Math.min(boundary, o.boundary));
        }
    }

    private FoldBench() {
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            LinuxOptions options = LinuxOptions.parse("fold", ROUNDS, false, args);
            if (options.c().isPresent()) {
                throw new WrongCall("bench fold has no option --c; --help tells them");
            }
            if (options.help()) {
                out.print(HELP);
                return Main.DONE;
            }
            Report report = new Report("fold");
            for (int uses : new int[] {2, 8, 32}) {
                DmaConstraints[] declared = declared(uses);
                MemoryConstraints[] rich = new MemoryConstraints[uses];
                Flat[] flat = new Flat[uses];
                for (int i = 0; i < uses; i++) {
                    rich[i] = MemoryConstraints.direct(new UseId("d" + i, "u"), declared[i]);
                    flat[i] = flat(declared[i]);
                }
                if (!alike(fold(rich), fold(flat))) {
                    err.println("bench fold: " + uses + " uses: wrong answer, " + fold(rich) + " beside " + fold(flat));
                    return Main.CHECK_FAILED;
                }
                report.row(uses + " uses", "numbers only", options.turns().measure(1, calls -> {
                    for (long i = 0; i < calls; i++) {
                        sink = fold(rich);
                    }
                }, calls -> {
                    for (long i = 0; i < calls; i++) {
                        Flat merged = fold(flat);
                        longSink += merged.low + merged.high + merged.align + merged.segments + merged.segmentSize + merged.boundary;
                    }
                }), null);
            }
            report.write(out, options.json());
            return Main.DONE;
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (IOException e) {
            err.println("bench fold: cannot write: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    /** One window each, about an address that all reach. */
    static DmaConstraints[] declared(int uses) {
        Random random = new Random(SEED);
        DmaConstraints[] all = new DmaConstraints[uses];
        for (int i = 0; i < uses; i++) {
            long low = random.nextLong(1L << 30) & -4096;
            all[i] = DmaConstraints.builder().range(new DmaRange(low, low, 1L << 31)).align(1L << random.nextInt(14))
                .segments(new SegmentLimits(1 + random.nextInt(8), 4096L << random.nextInt(10), 65536L << random.nextInt(8))).build();
        }
        return all;
    }

    static Flat flat(DmaConstraints of) {
        DmaRange range = of.ranges().getFirst();
        return new Flat(range.cpu(), range.cpu() + range.size() - 1, of.align(), of.segments().maxCount(), of.segments().maxSize(), of.segments().boundary());
    }

    static MemoryConstraints fold(MemoryConstraints[] all) {
        return MemoryConstraints.merged(Arrays.asList(all));
    }

    static Flat fold(Flat[] all) {
        Flat merged = all[0];
        for (int i = 1; i < all.length; i++) {
            merged = merged.merge(all[i]);
        }
        return merged;
    }

    /** What both know must be the same. */
    static boolean alike(MemoryConstraints rich, Flat flat) {
        return rich.align().value() == flat.align && rich.reach().value().list().equals(List.of(new Windows.Window(flat.low, flat.high)))
            && rich.rules().stream().mapToLong(r -> r.limits().maxCount()).min().orElseThrow() == flat.segments;
    }
}
