package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a benchmark of Linux calls found: rows beside their goals, and what the machine lacks. Confined to the creating thread. */
final class Report {

    /** A bound for what was measured. */
    enum Kind {
        /** Nanoseconds that ours costs more than the yardstick. */
        MORE,
        /** Ours divided by the yardstick. */
        RATIO
    }

    /**
     * A goal.
     *
     * @param kind what is bounded
     * @param most the bound
     */
    record Goal(Kind kind, double most) {
        boolean reached(Pairs pairs) {
            return (kind == Kind.MORE ? pairs.more() : pairs.ratio())[1] <= most;
        }

        @Override
        public String toString() {
            return kind == Kind.MORE ? String.format(Locale.ROOT, "+%.0f ns", most) : String.format(Locale.ROOT, "%.3g x", most);
        }
    }

    private record Row(String what, String yardstick, Optional<Pairs> pairs, double[] alone, Optional<Goal> goal) {
    }

    private final String benchmark;
    private final List<String> machine = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    Report(String benchmark) {
        this.benchmark = benchmark;
        Runtime.Version java = Runtime.version();
        machine.add("machine: " + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors, Linux "
            + System.getProperty("os.version") + ", Java " + java);
    }

    /** Something about machine and yardstick. */
    void about(String line) {
        machine.add(line);
    }

    /** Something that was measured beside a yardstick. */
    void row(String what, String yardstick, Pairs pairs, Goal goal) {
        rows.add(new Row(what, yardstick, Optional.of(pairs), pairs.nanos(), Optional.ofNullable(goal)));
    }

    /** Something that was measured alone; quartiles of nanoseconds. */
    void alone(String what, double[] nanos) {
        rows.add(new Row(what, "", Optional.empty(), nanos, Optional.empty()));
    }

    /** Something that this machine lacks. */
    void missing(String line) {
        missing.add(line);
    }

    void write(PrintStream out, Optional<String> json) throws IOException {
        if (json.isPresent() && json.get().equals("-")) {
            out.print(Json.write(json()));
            return;
        }
        print(out);
        if (json.isPresent()) {
            Files.writeString(Path.of(json.get()), Json.write(json()));
        }
    }

    private void print(PrintStream out) {
        machine.forEach(out::println);
        out.printf(Locale.ROOT, "%-46s %11s  %-26s %11s %24s %24s  %-8s %s%n", "what", "ns", "yardstick", "ns", "more ns [quartiles]", "ratio [quartiles]",
            "goal", "");
        for (Row row : rows) {
            if (row.pairs.isEmpty()) {
                out.printf(Locale.ROOT, "%-46s %11.1f%n", row.what, row.alone[1]);
                continue;
            }
            Pairs pairs = row.pairs.get();
            out.printf(Locale.ROOT, "%-46s %11.1f  %-26s %11.1f %24s %24s  %-8s %s%n", row.what, pairs.nanos()[1], row.yardstick,
                pairs.yardstickNanos()[1], three(pairs.more(), 1), three(pairs.ratio(), 4), row.goal.map(Goal::toString).orElse(""),
                row.goal.map(g -> g.reached(pairs) ? "reached" : "MISSED").orElse(""));
        }
        missing.forEach(line -> out.println("not measured: " + line));
        out.println("Medians of " + rows.stream().flatMap(r -> r.pairs.stream()).mapToInt(p -> p.ours().length).max().orElse(0)
            + " rounds in turns; differences and ratios are taken round by round.");
    }

    private static String three(double[] quartiles, int digits) {
        String format = "%." + digits + "f";
        return String.format(Locale.ROOT, format + " [" + format + " " + format + "]", quartiles[1], quartiles[0], quartiles[2]);
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("benchmark", benchmark);
        json.put("machine", machine);
        json.put("rows", rows.stream().map(Report::json).toList());
        json.put("notMeasured", missing);
        return json;
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("what", row.what);
        json.put("ns", quartiles(row.alone));
        row.pairs.ifPresent(pairs -> {
            json.put("yardstick", row.yardstick);
            json.put("yardstickNs", quartiles(pairs.yardstickNanos()));
            json.put("moreNs", quartiles(pairs.more()));
            json.put("ratio", quartiles(pairs.ratio()));
            json.put("rounds", pairs.ours().length);
            row.goal.ifPresent(goal -> {
                json.put(goal.kind == Kind.MORE ? "goalMoreNs" : "goalRatio", goal.most);
                json.put("reached", goal.reached(pairs));
            });
        });
        return json;
    }

    private static Map<String, Object> quartiles(double[] values) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("median", rounded(values[1]));
        json.put("q1", rounded(values[0]));
        json.put("q3", rounded(values[2]));
        return json;
    }

    /** Four digits that count. */
    private static double rounded(double value) {
        return value == 0 || Double.isNaN(value) || Double.isInfinite(value) ? value
            : new java.math.BigDecimal(value).round(new java.math.MathContext(4)).doubleValue();
    }
}
