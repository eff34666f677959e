package sharebuf.memory;

import java.util.SortedSet;
import java.util.TreeSet;
import sharebuf.device.VendorConstraint;
import sharebuf.device.VendorConstraint.Rule;

/** Merges two constraints of one vendor's kind by the rule they name. */
final class VendorMerge {
    private VendorMerge() {
    }

    static Asked<VendorConstraint> merge(Asked<VendorConstraint> a, Asked<VendorConstraint> b, SortedSet<String> conflicts) {
        VendorConstraint x = a.value();
        VendorConstraint y = b.value();
        if (x.rule() != y.rule()) {
            conflicts.add(x.name() + ": rules " + sorted(x.rule().name(), y.rule().name()) + " contradict each other");
            return x.rule().compareTo(y.rule()) <= 0 ? a : b;
        }
        if (x.equals(y)) {
            return a.and(b.by(), x);
        }
        return switch (x.rule()) {
            case MIN -> x.number() < y.number() ? a : b;
            case MAX -> x.number() > y.number() ? a : b;
            case LCM -> a.and(b.by(), VendorConstraint.of(x.name(), Rule.LCM, lcm(x.number(), y.number())));
            case AND -> (x.number() & y.number()) == 0 ? conflict(a, b, conflicts)
                    : a.and(b.by(), VendorConstraint.of(x.name(), Rule.AND, x.number() & y.number()));
            case INTERSECTION -> {
                TreeSet<String> both = new TreeSet<>(x.names());
                both.retainAll(y.names());
                yield both.isEmpty() ? conflict(a, b, conflicts) : a.and(b.by(), VendorConstraint.of(x.name(), Rule.INTERSECTION, both));
            }
            case EQUAL -> conflict(a, b, conflicts);
        };
    }

    /** Keeps one side, the same whichever came first; the conflict itself refuses everything. */
    private static Asked<VendorConstraint> conflict(Asked<VendorConstraint> a, Asked<VendorConstraint> b, SortedSet<String> conflicts) {
        conflicts.add(a.value().name() + ": " + sorted(a.value().value(), b.value().value()) + " have nothing in common");
        return a.value().value().compareTo(b.value().value()) <= 0 ? a : b;
    }

    private static String sorted(String a, String b) {
        return a.compareTo(b) <= 0 ? a + " and " + b : b + " and " + a;
    }

    private static long lcm(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long t = x % y;
            x = y;
            y = t;
        }
        return Math.multiplyExact(a / x, b);
    }
}
