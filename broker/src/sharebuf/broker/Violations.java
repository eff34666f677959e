package sharebuf.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import sharebuf.inventory.Violation;

/** The rules that were broken, each kind at each place once, with how often. The first time is told. Thread-safe. */
final class Violations {
    /** One entry too many costs memory; the first ones lead to the mistake. */
    private static final int KEPT = 256;

    private record Key(Violation.Kind kind, String device, String at, String madeAt) {
        static Key of(Violation v) {
            return new Key(v.kind(), v.device(), v.at(), v.madeAt());
        }
    }

    private final Consumer<String> report;
    private final Map<Key, Violation> seen = new LinkedHashMap<>();
    private int toldOfPlatform;

    Violations(Consumer<String> report) {
        this.report = report;
    }

    void add(Violation v) {
        synchronized (seen) {
            Violation before = seen.get(Key.of(v));
            if (before != null) {
                seen.put(Key.of(v), before.again(v.count()));
                return;
            }
            if (seen.size() == KEPT) {
                return;
            }
            seen.put(Key.of(v), v);
        }
        report.accept(v.toString());
    }

    /** Tells what the platform saw since it was asked last. */
    void tell(List<Violation> ofPlatform) {
        List<Violation> fresh;
        synchronized (seen) {
            toldOfPlatform = Math.min(toldOfPlatform, ofPlatform.size()); // another platform begins anew
            if (toldOfPlatform == ofPlatform.size()) {
                return;
            }
            fresh = List.copyOf(ofPlatform.subList(toldOfPlatform, ofPlatform.size()));
            toldOfPlatform = ofPlatform.size();
        }
        fresh.forEach(v -> report.accept(v.toString()));
    }

    List<Violation> all() {
        synchronized (seen) {
            return new ArrayList<>(seen.values());
        }
    }
}
