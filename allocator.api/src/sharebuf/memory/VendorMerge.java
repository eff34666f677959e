package sharebuf.memory;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.device.VendorConstraint.Rule;

/** Merges what uses declared of one vendor's kind, by the rule they name. Stateless. */
final class VendorMerge {
    private VendorMerge() {
    }

    /** The merged value with those it comes from; empty when they contradict each other. */
    static Optional<Asked<VendorConstraint>> merge(SortedMap<UseId, VendorConstraint> byUse) {
        VendorConstraint first = byUse.firstEntry().getValue();
        VendorConstraint merged = first;
        for (VendorConstraint next : byUse.values()) {
            Optional<VendorConstraint> both = next.rule() == first.rule() ? both(merged, next) : Optional.empty();
            if (both.isEmpty()) {
                return Optional.empty();
            }
            merged = both.get();
        }
        VendorConstraint value = merged;
        boolean byOne = first.rule() == Rule.MIN || first.rule() == Rule.MAX;
        TreeMap<UseId, VendorConstraint> sources = new TreeMap<>(byUse);
        sources.entrySet().removeIf((Map.Entry<UseId, VendorConstraint> e) -> byOne && !e.getValue().equals(value));
        return Optional.of(new Asked<>(value, new TreeSet<>(sources.keySet())));
    }

    private static Optional<VendorConstraint> both(VendorConstraint x, VendorConstraint y) {
        return switch (x.rule()) {
            case MIN -> Optional.of(x.number() <= y.number() ? x : y);
            case MAX -> Optional.of(x.number() >= y.number() ? x : y);
            case LCM -> lcm(x.number(), y.number()).map(n -> VendorConstraint.of(x.name(), Rule.LCM, n));
            case AND -> Optional.of(x.number() & y.number()).filter(n -> n != 0).map(n -> VendorConstraint.of(x.name(), Rule.AND, n));
            case INTERSECTION -> {
                TreeSet<String> names = new TreeSet<>(x.names());
                names.retainAll(y.names());
                yield names.isEmpty() ? Optional.empty() : Optional.of(VendorConstraint.of(x.name(), Rule.INTERSECTION, names));
            }
            case EQUAL -> x.equals(y) ? Optional.of(x) : Optional.empty();
        };
    }

    /** A multiple beyond 63 bits counts as none: no memory is aligned to it. */
    private static Optional<Long> lcm(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long t = x % y;
            x = y;
            y = t;
        }
        return Math.multiplyHigh(a / x, b) == 0 && a / x * b > 0 ? Optional.of(a / x * b) : Optional.empty();
    }
}
