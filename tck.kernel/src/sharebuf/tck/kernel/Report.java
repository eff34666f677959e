package sharebuf.tck.kernel;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the cases said: a line each, and the same as data. Confined to one thread. */
final class Report {
    private enum Outcome {
        OK("ok"), FAILED("FAILED"), SKIPPED("skipped");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }
    }

    private record Line(Case played, Outcome outcome, String what, double seconds) {
    }

    private final PrintStream out;
    private final String kernel;
    private final Finds finds;
    private final List<Jars.Jar> jars;
    private final List<Line> lines = new ArrayList<>();

    Report(PrintStream out, String kernel, Finds finds, List<Jars.Jar> jars) {
        this.out = out;
        this.kernel = kernel;
        this.finds = finds;
        this.jars = List.copyOf(jars);
    }

    void begin() {
        out.println("kernel " + kernel + (finds.nothing() ? ", no device found" : ", real devices"));
        finds.lines().forEach(line -> out.println("  " + line));
        jars.forEach(jar -> out.printf("  %-18s %-8s sha256 %s%n", jar.name(), jar.version(), jar.sha256()));
    }

    void ok(Case played, String what, double seconds) {
        add(new Line(played, Outcome.OK, what, seconds));
    }

    void failed(Case played, String why, double seconds) {
        add(new Line(played, Outcome.FAILED, why, seconds));
    }

    void skipped(Case played, String why) {
        add(new Line(played, Outcome.SKIPPED, why, 0));
    }

    private void add(Line line) {
        lines.add(line);
        String what = line.what.replace("\n", "\n    ");
        if (line.outcome == Outcome.SKIPPED) {
            out.printf("%-34s %-4s  skipped: %s%n", line.played.name(), line.played.level(), what);
        } else {
            out.printf("%-34s %-4s  %-6s %5.1f s  %s%n", line.played.name(), line.played.level(), line.outcome.word, line.seconds, what);
        }
        out.flush();
    }

    private long count(Outcome outcome) {
        return lines.stream().filter(l -> l.outcome == outcome).count();
    }

    long failed() {
        return count(Outcome.FAILED);
    }

    void end() {
        out.println(count(Outcome.OK) + " passed, " + failed() + " failed, " + count(Outcome.SKIPPED) + " skipped");
    }

    Map<String, Object> json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("kernel", kernel);
        all.put("found", Json.object("heaps", finds.heaps(), "udmabuf", finds.udmabuf(), "videos", finds.videos(), "cards", finds.cards(), "closed", finds.closed()));
        all.put("bundles", jars.stream().map(j -> Json.object("name", j.name(), "version", j.version(), "sha256", j.sha256())).toList());
        all.put("passed", count(Outcome.OK));
        all.put("failed", failed());
        all.put("skipped", count(Outcome.SKIPPED));
        all.put("cases", lines.stream().map(l -> Json.object("name", l.played.name(), "level", l.played.level().toString(), "model", l.played.model(),
                "outcome", l.outcome.word.toLowerCase(java.util.Locale.ROOT), "what", l.what, "seconds", Math.rint(l.seconds * 1000) / 1000)).toList());
        return all;
    }
}
