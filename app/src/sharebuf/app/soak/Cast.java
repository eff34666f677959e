package sharebuf.app.soak;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who takes part: what steps are drawn from.
 *
 * <p>Immutable.
 *
 * @param methods of each bundle of plug-ins, by symbolic name, those that can misbehave
 * @param serving bundles on which frames wait: stopped for long, a pipeline ends, as it should
 * @param late devices that may join
 */
record Cast(TreeMap<String, List<String>> methods, List<String> serving, List<String> late) {
    /** Copies. */
    Cast {
        methods = new TreeMap<>(methods);
        serving = List.copyOf(serving);
        late = List.copyOf(late);
    }

    List<String> bundles() {
        return List.copyOf(methods.keySet());
    }

    static Cast of(Map<String, List<String>> methods, List<String> serving, List<String> late) {
        return new Cast(new TreeMap<>(methods), serving, late);
    }
}
