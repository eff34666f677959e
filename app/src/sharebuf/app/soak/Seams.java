package sharebuf.app.soak;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Where plug-ins ask whether to misbehave, and where a soak says so. A fault is armed for the n-th call of a method of a bundle from
 * now on, happens once, and is counted. Calls on threads of a {@link Neighbour} do not count: when they come depends on the machine.
 *
 * <p>Thread-safe.
 */
final class Seams implements UnaryOperator<String> {
    /**
     * How often faults were set and how often they happened.
     *
     * @param seam bundle and method
     * @param kind how it misbehaved
     * @param armed how often it was to
     * @param hit how often it did
     */
    record Count(String seam, Kind kind, int armed, int hit) {
    }

    /** A fault that waits for its call. */
    private static final class Armed {
        private final String seam;
        private final Kind kind;
        private int calls;

        private Armed(String seam, Kind kind, int calls) {
            this.seam = seam;
            this.kind = kind;
            this.calls = calls;
        }
    }

    private record Key(String seam, Kind kind) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int first = seam.compareTo(other.seam);
            return first != 0 ? first : kind.compareTo(other.kind);
        }
    }

    private final List<Armed> armed = new ArrayList<>();
    private final Map<Key, int[]> counts = new TreeMap<>();
    private final List<String> hits = new ArrayList<>();
    private String spared = "";

    synchronized void arm(String bundle, String method, int calls, Kind kind) {
        String seam = bundle + " " + method;
        armed.add(new Armed(seam, kind, calls));
        counts.computeIfAbsent(new Key(seam, kind), k -> new int[2])[0]++;
    }

    /** Calls of this method are let pass, and do not count, until another is said; the empty text spares none. */
    synchronized void spare(String method) {
        spared = method;
    }

    /** No fault of a method happens any more that was set and did not happen yet. */
    synchronized void disarm(String bundle, String method) {
        armed.removeIf(a -> a.seam.equals(bundle + " " + method));
    }

    /** No fault that waits happens any more. */
    synchronized void disarm() {
        armed.clear();
    }

    @Override
    public String apply(String seam) {
        return Neighbour.isCalling() ? "" : called(seam);
    }

    private synchronized String called(String seam) {
        if (!spared.isEmpty() && seam.endsWith(" " + spared)) {
            return "";
        }
        String said = "";
        for (Iterator<Armed> all = armed.iterator(); all.hasNext();) {
            Armed each = all.next();
            // Of two that are due at the same call the second one waits for the next.
            if (each.seam.equals(seam) && --each.calls <= 0 && said.isEmpty()) {
                all.remove();
                counts.get(new Key(seam, each.kind))[1]++;
                hits.add(seam + " " + each.kind);
                said = each.kind.toString();
            }
        }
        return said;
    }

    /** Faults that happened since this was asked last. */
    synchronized List<String> newHits() {
        List<String> all = List.copyOf(hits);
        hits.clear();
        return all;
    }

    synchronized List<Count> counts() {
        return counts.entrySet().stream().map(e -> new Count(e.getKey().seam(), e.getKey().kind(), e.getValue()[0], e.getValue()[1])).toList();
    }
}
