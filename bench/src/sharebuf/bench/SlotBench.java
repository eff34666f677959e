package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import sharebuf.slots.Area;
import sharebuf.slots.Container;
import sharebuf.slots.Plan;

/** {@code bench 2d}: rectangles of slots, beside a scan in raster order and beside what the area alone allows. Confined to the creating thread. */
final class SlotBench {

    private static final String HELP = """
        bench 2d [OPTION…]

        Pictures of 240 to 2160 lines, some of them turned, in a container of 256 x 128 slots. Time: taken and given back at 75 and 85 % by the
        container, first free place, and by a scan in raster order, in turns; both must give the same places, which is checked first. Density: how
        much is taken when the first picture has no place while the container fills up, as it is and with what lies there moved, beside what
        the area alone allows.

          --trace FILE   a trace instead of those that are made; can be repeated: one with a steady part behind its beginning is timed, others are filled
          --seeds N      how many fillings are made, 1 to 1000 (default 100)
          --rounds N     timed rounds, 1 or more (default 21)
          --json FILE    write the figures as JSON; - for standard output, and nothing else there
          --help         this text

        Exit: 0 done, 1 an answer was wrong, 2 the call or the trace is wrong. A goal that is missed is told, and is no failure of the call.
        """;

    /** Time beside that of the scan, and density beside that by area. */
    private static final double RATIO = 0.25;
    private static final double DENSITY = 0.97;
    private static final int STEADY_OPS = 20_000;

    /**
     * A trace that was timed.
     *
     * @param ours ns an operation
     * @param scan the same of the yardstick
     * @param ratio median of the rounds' ratios
     */
    private record Timing(String name, double ours, double scan, double ratio) {
    }

    /**
     * A trace that was filled, in shares of the container.
     *
     * @param area what the area allows
     * @param still nothing moved
     * @param moving with room made
     * @param rooms how often room was made
     * @param moves of rectangles for it
     * @param slowest ns that making room took at most
     */
    private record Filling(String name, double area, double still, double moving, int rooms, int moves, long slowest) {
    }

    private SlotBench() {
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        List<SlotTrace> timed = new ArrayList<>();
        List<SlotTrace> filled = new ArrayList<>();
        int rounds = 21;
        int seeds = 100;
        String json = "";
        try {
            for (int i = 0; i < args.length; i++) {
                String option = args[i];
                if (option.equals("--help") || option.equals("-h")) {
                    out.print(HELP);
                    return Main.DONE;
                }
                if (!List.of("--trace", "--seeds", "--rounds", "--json").contains(option)) {
                    throw new WrongCall("bench 2d has no option " + option + "; --help tells them");
                }
                if (++i == args.length) {
                    throw new WrongCall(option + " needs a value");
                }
                switch (option) {
                    case "--trace" -> {
                        SlotTrace trace = SlotTrace.read(Path.of(args[i]));
                        (trace.steady > 0 ? timed : filled).add(trace);
                    }
                    case "--seeds" -> seeds = seeds(args[i]);
                    case "--rounds" -> rounds = RangeOptions.rounds(args[i]);
                    default -> json = args[i];
                }
            }
            if (timed.isEmpty() && filled.isEmpty()) {
                timed.addAll(List.of(SlotTrace.steady(1, 75, STEADY_OPS), SlotTrace.steady(1, 85, STEADY_OPS)));
                LongStream.rangeClosed(1, seeds).forEach(s -> filled.add(SlotTrace.fill(s)));
            }
            for (SlotTrace trace : timed) {
                Optional<String> wrong = difference(trace);
                if (wrong.isPresent()) {
                    err.println("bench 2d: " + trace.name + ": " + wrong.get());
                    return Main.CHECK_FAILED;
                }
            }
            return tell(times(timed, rounds), filled.stream().map(SlotBench::filling).toList(), json, out);
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (IOException | UncheckedIOException e) {
            err.println("bench 2d: cannot write: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    private static int seeds(String value) throws WrongCall {
        if (!value.matches("[1-9][0-9]{0,2}|1000")) {
            throw new WrongCall("--seeds " + value + " is not a number from 1 to 1000");
        }
        return Integer.parseInt(value);
    }

    /** Both take the first free place in raster order: where one finds another than the other, one of them is wrong. */
    private static Optional<String> difference(SlotTrace trace) {
        Container container = new Container(trace.width, trace.height);
        RasterScan scan = new RasterScan(trace.width, trace.height);
        int[] handles = new int[trace.ids];
        Arrays.fill(handles, Container.NONE);
        for (int i = 0; i < trace.ops; i++) {
            int id = trace.id[i];
            if (trace.w[i] == 0) {
                if (handles[id] != Container.NONE) {
                    scan.mark(container.area(handles[id]), false);
                    container.free(handles[id]);
                    handles[id] = Container.NONE;
                }
            } else {
                handles[id] = container.place(trace.w[i], trace.h[i], trace.align[i]);
                Area ours = handles[id] == Container.NONE ? null : container.area(handles[id]);
                Area theirs = scan.place(trace.w[i], trace.h[i], trace.align[i]);
                if (ours == null ? theirs != null : !ours.equals(theirs)) {
                    return Optional.of("operation " + i + ", " + trace.w[i] + "x" + trace.h[i] + ": the container says " + ours + ", the scan " + theirs);
                }
            }
        }
        return Optional.empty();
    }

    private static List<Timing> times(List<SlotTrace> traces, int rounds) {
        List<Timing> timings = new ArrayList<>();
        for (SlotTrace trace : traces) {
            int operations = trace.ops - trace.steady;
            Pairs pairs = new Turns(rounds, 5_000_000_000L).measureParts(1, calls -> repeated(calls, () -> ours(trace)), calls -> repeated(calls, () -> scan(trace)));
            timings.add(new Timing(trace.name, pairs.nanos()[1] / operations, pairs.yardstickNanos()[1] / operations, pairs.ratio()[1]));
        }
        return timings;
    }

    private static long repeated(long calls, java.util.function.LongSupplier once) {
        long nanos = 0;
        for (long i = 0; i < calls; i++) {
            nanos += once.getAsLong();
        }
        return nanos;
    }

    private static long ours(SlotTrace trace) {
        Container container = new Container(trace.width, trace.height);
        int[] handles = new int[trace.ids];
        Arrays.fill(handles, Container.NONE);
        long begin = System.nanoTime();
        for (int i = 0; i < trace.ops; i++) {
            if (i == trace.steady) {
                begin = System.nanoTime();
            }
            int id = trace.id[i];
            if (trace.w[i] != 0) {
                handles[id] = container.place(trace.w[i], trace.h[i], trace.align[i]);
            } else if (handles[id] != Container.NONE) {
                container.free(handles[id]);
                handles[id] = Container.NONE;
            }
        }
        return System.nanoTime() - begin;
    }

    private static long scan(SlotTrace trace) {
        RasterScan scan = new RasterScan(trace.width, trace.height);
        Area[] areas = new Area[trace.ids];
        long begin = System.nanoTime();
        for (int i = 0; i < trace.ops; i++) {
            if (i == trace.steady) {
                begin = System.nanoTime();
            }
            int id = trace.id[i];
            if (trace.w[i] != 0) {
                areas[id] = scan.place(trace.w[i], trace.h[i], trace.align[i]);
            } else if (areas[id] != null) {
                scan.mark(areas[id], false);
                areas[id] = null;
            }
        }
        return System.nanoTime() - begin;
    }

    private static Filling filling(SlotTrace trace) {
        int slots = trace.width * trace.height;
        double area = 0;
        int used = 0;
        int[] sizes = new int[trace.ids];
        for (int i = 0; i < trace.ops; i++) {
            int size = trace.w[i] * trace.h[i];
            if (used + size > slots) {
                break;
            }
            used += size == 0 ? -sizes[trace.id[i]] : size;
            sizes[trace.id[i]] = size;
            area = (double) used / slots;
        }
        Fill still = new Fill(trace, false);
        Fill moving = new Fill(trace, true);
        return new Filling(trace.name, area, still.density, moving.density, moving.rooms, moving.moves, moving.slowest);
    }

    /** Until the first picture without a place. */
    private static final class Fill {
        private final double density;
        private int rooms;
        private int moves;
        private long slowest;

        private Fill(SlotTrace trace, boolean moving) {
            Container container = new Container(trace.width, trace.height);
            int[] handles = new int[trace.ids];
            for (int i = 0; i < trace.ops; i++) {
                int id = trace.id[i];
                if (trace.w[i] == 0) {
                    container.free(handles[id]);
                } else {
                    handles[id] = container.place(trace.w[i], trace.h[i], trace.align[i]);
                    if (handles[id] == Container.NONE && moving) {
                        handles[id] = room(container, trace, i);
                    }
                    if (handles[id] == Container.NONE) {
                        break;
                    }
                }
            }
            density = 1 - (double) container.freeSlots() / container.slots();
        }

        private int room(Container container, SlotTrace trace, int i) {
            long begin = System.nanoTime();
            Optional<Plan> plan = container.makeRoom(trace.w[i], trace.h[i], trace.align[i]);
            slowest = Math.max(slowest, System.nanoTime() - begin);
            if (plan.isEmpty()) {
                return Container.NONE;
            }
            rooms++;
            moves += plan.get().moves().size();
            return container.apply(plan.get(), trace.align[i]);
        }
    }

    private static int tell(List<Timing> timings, List<Filling> fillings, String json, PrintStream out) throws IOException {
        double area = fillings.stream().mapToDouble(Filling::area).average().orElse(0);
        double moving = fillings.stream().mapToDouble(Filling::moving).average().orElse(0);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("times", timings.stream().map(t -> Map.of("trace", t.name, "ns", t.ours, "scanNs", t.scan, "ratio", t.ratio)).toList());
        all.put("fillings", fillings.stream().map(f -> Map.of("trace", f.name, "area", f.area, "still", f.still, "moving", f.moving, "rooms", f.rooms, "moves", f.moves,
                "slowestMicros", f.slowest / 1000)).toList());
        if (!json.isEmpty() && !json.equals("-")) {
            Files.writeString(Path.of(json), Json.write(all));
        }
        if (json.equals("-")) {
            out.print(Json.write(all));
            return Main.DONE;
        }
        for (Timing t : timings) {
            out.printf(Locale.ROOT, "%-14s %8.0f ns an operation, scan %8.0f ns, ratio %6.3f  goal at most %.2f: %s%n", t.name, t.ours, t.scan, t.ratio, RATIO,
                    t.ratio <= RATIO ? "reached" : "MISSED");
        }
        for (Filling f : fillings) {
            out.printf(Locale.ROOT, "%-14s first failure at %5.1f %%, with moves %5.1f %%, by area %5.1f %%; room made %d times by %d moves, at most %.1f ms%n", f.name,
                    100 * f.still, 100 * f.moving, 100 * f.area, f.rooms, f.moves, f.slowest / 1e6);
        }
        if (!fillings.isEmpty()) {
            out.printf(Locale.ROOT, "mean density with moves / by area %22.3f  goal at least %.2f: %s%n", moving / area, DENSITY, moving / area >= DENSITY ? "reached" : "MISSED");
        }
        return Main.DONE;
    }
}
