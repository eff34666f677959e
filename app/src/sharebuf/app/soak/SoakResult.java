package sharebuf.app.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import sharebuf.app.cli.Exit;
import sharebuf.app.flow.Verdict;
import sharebuf.app.run.Balance;
import sharebuf.inventory.Snapshot;

/** Everything that a soak found out, filled in as it goes. Confined to one thread. */
final class SoakResult {
    private static final int SHOWN = 12;

    final SoakOptions options;
    final List<Performed> steps = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final Map<String, Verdict> verdicts = new LinkedHashMap<>();
    List<Seams.Count> faults = List.of();
    Map<String, Integer> refusals = Map.of();
    long moves;
    long bytesMoved;
    List<String> damage = List.of();
    Pauses.Pause pause = new Pauses.Pause(0, 0, "");
    Balance leaks = new Balance(0, 0, 0, 0, 0);
    List<Snapshot.Holding> held = List.of();
    long classLoaders;
    /** Whose class loaders are held. */
    List<String> loaders = List.of();
    Duration took = Duration.ZERO;

    SoakResult(SoakOptions options) {
        this.options = options;
    }

    private long sum(java.util.function.ToLongFunction<Verdict> of) {
        return verdicts.values().stream().mapToLong(of).sum();
    }

    private boolean damaged() {
        return sum(Verdict::lost) > 0 || sum(Verdict::torn) > 0 || !damage.isEmpty();
    }

    private boolean left() {
        return !leaks.even() || !held.isEmpty() || classLoaders > 0;
    }

    int exit() {
        return damaged() ? Exit.LOST : !failures.isEmpty() || left() ? Exit.FAILED : Exit.DONE;
    }

    private TreeMap<Step.Action, TreeMap<Performed.Outcome, Integer>> byAction() {
        TreeMap<Step.Action, TreeMap<Performed.Outcome, Integer>> counts = new TreeMap<>();
        steps.forEach(p -> counts.computeIfAbsent(p.step().action(), a -> new TreeMap<>()).merge(p.outcome(), 1, Integer::sum));
        return counts;
    }

    /** Lines for people. */
    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(String.format(Locale.ROOT, "%d steps in %.0f s, seed %d", steps.size(), took.toMillis() / 1e3, options.seed()));
        byAction().forEach((action, outcomes) -> lines.add(String.format(Locale.ROOT, "  %-7s %5d ok %5d refused %5d failed", action,
                outcomes.getOrDefault(Performed.Outcome.OK, 0), outcomes.getOrDefault(Performed.Outcome.REFUSED, 0),
                outcomes.getOrDefault(Performed.Outcome.FAILED, 0))));
        lines.add("faults, set and happened");
        faults.forEach(f -> lines.add(String.format(Locale.ROOT, "  %-36s %-9s %4d %4d", f.seam(), f.kind(), f.armed(), f.hit())));
        lines.add("refusals: " + (refusals.isEmpty() ? "none" : String.join(", ", refusals.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList())));
        lines.add("moves: " + moves + ", " + bytesMoved + " bytes");
        lines.add(String.format(Locale.ROOT, "longest pause: %.1f ms, before frame %d%s", pause.micros() / 1e3, pause.frame(),
                pause.during().isEmpty() ? "" : ", while: " + pause.during()));
        verdicts.forEach((name, v) -> {
            lines.add(name + ": " + v.delivered() + " of " + v.total() + " frames delivered, " + v.lost() + " lost, " + v.torn() + " torn");
            v.notes().stream().limit(SHOWN).forEach(n -> lines.add("  " + n));
        });
        damage.forEach(d -> lines.add("damaged: " + d));
        lines.add(left() ? "not given back: " + leaks.json(classLoaders) : "everything was given back, and every class loader went");
        if (!loaders.isEmpty()) {
            lines.add("  class loaders of " + String.join(", ", loaders));
        }
        held.stream().limit(SHOWN).forEach(h -> lines.add("  " + h.what() + ", held by session '" + h.session() + "' of " + h.bundle() + ", taken at " + h.at()));
        return lines;
    }

    /** What failed, and how to see it again. */
    List<String> troubles() {
        List<String> lines = new ArrayList<>(failures.subList(0, Math.min(SHOWN, failures.size())));
        if (exit() != Exit.DONE) {
            lines.add("the same steps again: " + options.again(steps.size()) + "; the last of them:");
            steps.subList(Math.max(0, steps.size() - SHOWN), steps.size()).forEach(p -> lines.add("  " + p.line()));
        }
        return lines;
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("seed", options.seed());
        map.put("seconds", took.toMillis() / 1e3);
        map.put("steps", steps.stream().map(Performed::json).toList());
        Map<String, Object> actions = new LinkedHashMap<>();
        byAction().forEach((action, outcomes) -> {
            Map<String, Object> of = new LinkedHashMap<>();
            for (Performed.Outcome outcome : Performed.Outcome.values()) {
                of.put(outcome.toString(), outcomes.getOrDefault(outcome, 0));
            }
            actions.put(action.toString(), of);
        });
        map.put("actions", actions);
        map.put("faults", faults.stream().map(f -> {
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("seam", f.seam());
            of.put("kind", f.kind().toString());
            of.put("set", f.armed());
            of.put("happened", f.hit());
            return of;
        }).toList());
        map.put("refusals", new LinkedHashMap<>(refusals));
        map.put("moves", moves);
        map.put("bytesMoved", bytesMoved);
        Map<String, Object> longest = new LinkedHashMap<>();
        longest.put("maxMicros", pause.micros());
        longest.put("frame", pause.frame());
        longest.put("during", pause.during());
        map.put("pause", longest);
        Map<String, Object> frames = new LinkedHashMap<>();
        frames.put("delivered", sum(Verdict::delivered));
        frames.put("lost", sum(Verdict::lost));
        frames.put("torn", sum(Verdict::torn));
        map.put("frames", frames);
        map.put("damage", damage);
        map.put("leaks", leaks.json(classLoaders));
        map.put("classLoaders", loaders);
        map.put("held", held.stream().map(h -> h.what() + ", session '" + h.session() + "' of " + h.bundle() + ", taken at " + h.at()).toList());
        map.put("failures", failures);
        return map;
    }
}
