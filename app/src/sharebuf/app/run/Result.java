package sharebuf.app.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sharebuf.app.cli.Learnt;
import sharebuf.app.cli.Refusals;
import sharebuf.app.flow.Stream;
import sharebuf.app.flow.Verdict;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.Refusal;
import sharebuf.deployment.Deployer;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Violation;

/**
 * Everything that a run found out, filled in as it goes; what was not reached keeps its empty value, so that the keys of the JSON are
 * always there.
 *
 * <p>Confined to one thread.
 */
final class Result {
    String board = "";
    String platform = "sim";
    List<String> simulated = List.of();
    List<String> real = List.of();
    List<Deployer.BundleState> bundles = List.of();
    String pipeline = "";
    long requested;
    String checked = "";
    Verdict verdict = new Verdict(0, 0, 0, 0, List.of());
    Duration flowed = Duration.ZERO;
    /** Memory was taken and frames were to flow. */
    boolean began;
    /** It ended before its last frame, and not because the source did. */
    boolean cut;
    /** How many frames the camera drew, those included that it lost. */
    long frames;
    List<Map<String, Object>> sets = List.of();
    List<Stream.Copy> copies = List.of();
    /** Who was shown pictures turned, and how. */
    Map<String, String> turned = Map.of();
    List<Hypothesis> learnt = List.of();
    /** Who broke the rules of who owns which bytes, during this run. */
    List<Violation> violations = List.of();
    List<Event> events = List.of();
    Pauses pauses = new Pauses();
    /** What happened in the plug-in folder, as JSON. */
    List<Map<String, Object>> plugins = List.of();
    Balance leaks = new Balance(0, 0, 0, 0, 0);
    long classLoaders;
    /** What sessions still held at the end; those that were open before the run are not among them. */
    List<Snapshot.Holding> held = List.of();
    Optional<Refusal> refusal = Optional.empty();
    Optional<String> failure = Optional.empty();

    double fps() {
        return flowed.isZero() ? 0 : verdict.delivered() * 1e9 / flowed.toNanos();
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("board", of("name", board, "platform", platform, "simulated", simulated, "real", real));
        map.put("bundles", bundles.stream().map(b -> of("name", b.name(), "version", b.version(), "state", b.state())).toList());
        map.put("pipeline", pipeline);
        map.put("frames", of("requested", requested, "delivered", verdict.delivered(), "lost", verdict.lost(), "torn", verdict.torn(), "fps", fps(),
                "checked", checked));
        map.put("sets", sets);
        map.put("copies", copies.stream().map(c -> of("from", c.from().toString(), "to", c.to().stream().map(Object::toString).toList(),
                "bytesPerFrame", c.bytesPerFrame(), "why", Refusals.json(c.why()))).toList());
        map.put("turned", turned);
        map.put("learnt", learnt.stream().map(Learnt::json).toList());
        map.put("violations", violations.stream().map(v -> of("kind", v.kind().name().toLowerCase(Locale.ROOT), "device", v.device(), "message", v.message(), "at", v.at(),
                "madeAt", v.madeAt(), "count", v.count())).toList());
        List<Object> list = new ArrayList<>();
        events.forEach(e -> list.add(e.json()));
        map.put("events", list);
        map.put("plugins", plugins);
        map.put("pause", pauses.json());
        map.put("leaks", leaks.json(classLoaders));
        map.put("held", held.stream().map(h -> of("kind", h.kind().name().toLowerCase(Locale.ROOT), "what", h.what(), "session", h.session(), "bundle", h.bundle(),
                "at", h.at(), "ageMillis", h.ageMillis())).toList());
        map.put("notes", verdict.notes());
        refusal.ifPresent(r -> map.put("refusal", Refusals.json(r)));
        failure.ifPresent(f -> map.put("failure", f));
        return map;
    }

    private static Map<String, Object> of(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }
}
