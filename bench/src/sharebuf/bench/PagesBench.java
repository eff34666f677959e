package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import sharebuf.pagetables.PageTables;

/**
 * {@code bench pages}: a picture's worth of entries in the page tables of the simulated IOMMU, made and taken away, beside the same in C. Confined to the
 * creating thread.
 */
final class PagesBench {
    private static final String HELP = """
        bench pages [OPTION…]

        Maps a 4K NV12 picture, 3,038 pages of 4 KiB, into the page tables of an IOMMU, and unmaps it: contiguous memory, contiguous memory that no larger
        pages fit, and single pages scattered over memory. Beside the same in C, which knows pages of 4 KiB only: each table walked to once (batched), and each
        page walked to from the root. Same process, rounds in turns.

          --rounds N     timed rounds, 1 or more (default 51)
          --warm-up N    seconds that the JIT gets at most for each of both sides of a row (default 10)
          --c FILE       the yardstick in C as a library, compiled before; else it is compiled where there is a compiler
          --json FILE    write the figures as JSON; - for standard output, and nothing else there
          --help         this text

        Exit: 0 done, 2 the call is wrong. A goal that is missed is told, and is no failure of the call.
        """;

    private static final int ROUNDS = 51;
    private static final int PAGES = 3038;
    private static final long PAGE = PageTables.PAGE;
    private static final long IOVA = 0x1000_0000;
    private static final long CPU = 0x8000_0000L;
    private static final long SEED = 1;
    private static final Report.Goal BATCHED = new Report.Goal(Report.Kind.RATIO, 1.5);
    private static final Report.Goal SINGLE = new Report.Goal(Report.Kind.RATIO, 0.25);

    private final PageTables tables = new PageTables();
    private final Optional<Yardstick> yardstick;
    private final Turns turns;
    private final Report report;

    private PagesBench(Optional<Yardstick> yardstick, Turns turns, Report report) {
        this.yardstick = yardstick;
        this.turns = turns;
        this.report = report;
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            LinuxOptions options = LinuxOptions.parse("pages", ROUNDS, false, args);
            if (options.help()) {
                out.print(HELP);
                return Main.DONE;
            }
            Report report = new Report("pages");
            List<String> said = new ArrayList<>();
            Optional<Yardstick> yardstick = Yardstick.find(options.c(), said);
            said.forEach(report::about);
            report.about("a row is one picture, " + PAGES + " pages of 4 KiB, mapped and unmapped");
            new PagesBench(yardstick, options.turns(), report).measure();
            report.write(out, options.json());
            return Main.DONE;
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (IOException e) {
            err.println("bench pages: cannot write: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    private void measure() {
        try (Arena arena = Arena.ofConfined()) {
            rows(arena, "contiguous", IOVA, new long[] {CPU, PAGES * PAGE});
            rows(arena, "contiguous, small pages only", IOVA + PAGE, new long[] {CPU, PAGES * PAGE});
            long[] scattered = scattered();
            rows(arena, "scattered pages", IOVA, scattered);
            Turns.Work single = calls -> {
                for (long call = 0; call < calls; call++) {
                    for (int i = 0; i < scattered.length; i += 2) {
                        tables.map(IOVA + i / 2 * PAGE, scattered[i], scattered[i + 1], PageTables.READ);
                    }
                    tables.unmap(IOVA, PAGES * PAGE);
                }
            };
            report.alone("scattered pages, a call each", turns.measure(1, single, single).nanos());
        }
    }

    /** Every page somewhere else, none behind another. */
    static long[] scattered() {
        Random random = new Random(SEED);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < PAGES; i++) {
            order.add(random.nextInt(order.size() + 1), i);
        }
        long[] pieces = new long[2 * PAGES];
        for (int i = 0; i < PAGES; i++) {
            pieces[2 * i] = CPU + 2 * order.get(i) * PAGE;
            pieces[2 * i + 1] = PAGE;
        }
        return pieces;
    }

    private void rows(Arena arena, String what, long iova, long[] pieces) {
        rows(arena, what, iova, calls -> {
            for (long call = 0; call < calls; call++) {
                tables.map(iova, pieces, pieces.length / 2, PageTables.READ);
                tables.unmap(iova, PAGES * PAGE);
            }
        }, pieces);
    }

    private void rows(Arena arena, String what, long iova, Turns.Work ours, long[] pieces) {
        if (yardstick.isEmpty()) {
            report.alone(what, turns.measure(1, ours, ours).nanos());
            return;
        }
        MemorySegment list = arena.allocateFrom(ValueLayout.JAVA_LONG, pieces);
        Yardstick c = yardstick.get();
        report.row(what, "C, batched", turns.measure(1, ours, calls -> c.mapBatched(list, iova, calls)), BATCHED);
        report.row(what, "C, page by page", turns.measure(1, ours, calls -> c.mapPages(list, iova, calls)), SINGLE);
    }
}
