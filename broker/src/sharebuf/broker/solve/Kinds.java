package sharebuf.broker.solve;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import sharebuf.device.VendorConstraint;
import sharebuf.memory.Asked;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryConstraints.Violation;
import sharebuf.memory.MemoryRegion;

/**
 * Vendors' kinds of constraint against what memory says of itself. Nobody here knows what they mean.
 *
 * <p>Stateless.
 */
final class Kinds {
    private Kinds() {
    }

    private static Optional<VendorConstraint> property(MemoryRegion region, String kind) {
        return region.properties().stream().filter(p -> p.name().equals(kind)).findFirst();
    }

    /** The kinds that a region speaks of: these are judged by what it says, and no allocator overrules that. */
    static SortedSet<String> stated(MemoryConstraints c, MemoryRegion region) {
        if (c.declared().isEmpty()) {
            return Collections.emptySortedSet();
        }
        TreeSet<String> kinds = new TreeSet<>(c.declared().keySet());
        kinds.removeIf(k -> property(region, k).isEmpty());
        return kinds;
    }

    /** What a region says of itself and is not wanted. */
    static Optional<Violation> misfit(MemoryConstraints c, MemoryRegion region) {
        for (Map.Entry<String, Asked<VendorConstraint>> each : c.vendor().entrySet()) {
            Asked<VendorConstraint> wanted = each.getValue();
            Optional<VendorConstraint> property = property(region, each.getKey());
            if (property.isPresent() && !wanted.value().admits(property.get())) {
                return Optional.of(new Violation(each.getKey(), said(property.get()), said(wanted.value()), wanted.by()));
            }
        }
        return Optional.empty();
    }

    /** The first kind of which a region says nothing, besides those that somebody else answers for. */
    static Optional<Violation> unanswered(MemoryConstraints c, MemoryRegion region, SortedSet<String> answered, String who) {
        return c.declared().isEmpty() ? Optional.empty() : c.vendor().entrySet().stream().filter(e -> property(region, e.getKey()).isEmpty() && !answered.contains(e.getKey())).findFirst()
                .map(e -> new Violation(e.getKey(), who, said(e.getValue().value()), e.getValue().by()));
    }

    /**
     * Memory that stands, for one more use: what the memory says counts, and for the rest that its allocator was asked for the same when it
     * placed it. A value that the newcomer makes stricter was not asked for, whatever the memory happens to be.
     */
    static Optional<Violation> standing(MemoryConstraints seen, MemoryConstraints stands, MemoryRegion region) {
        TreeSet<String> answered = new TreeSet<>();
        Map<String, Asked<VendorConstraint>> before = stands.vendor();
        stands.merge(seen).vendor().forEach((kind, merged) -> {
            if (before.containsKey(kind) && before.get(kind).value().equals(merged.value())) {
                answered.add(kind);
            }
        });
        return misfit(seen, region).or(() -> unanswered(seen, region, answered, "memory that was not asked for it"));
    }

    /** A value with its rule, as {@code max 4}. */
    static String said(VendorConstraint v) {
        return v.text().substring(v.name().length() + 1);
    }
}
