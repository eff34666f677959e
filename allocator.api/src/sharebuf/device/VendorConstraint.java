package sharebuf.device;

import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A kind of constraint that the core does not know, as data: a name, a value and the rule by which two values merge.
 *
 * <p>Immutable. An allocator that does not list the name in {@code understands()} is not asked: an unknown kind refuses, it is
 * never ignored. One name has one rule; two uses that disagree about it are a conflict.
 *
 * @param name such as {@code com.example.slice}, not blank
 * @param rule how two values merge
 * @param number the value for MIN, MAX, LCM (at least 1) and AND; 0 otherwise
 * @param names the value for INTERSECTION and EQUAL (exactly one name); empty otherwise
 */
public record VendorConstraint(String name, Rule rule, long number, SortedSet<String> names) {

    /** How two values of one name merge; each is commutative, associative and idempotent. */
    public enum Rule {
        /** The smaller number. */
        MIN,
        /** The larger number. */
        MAX,
        /** The least common multiple. */
        LCM,
        /** Bitwise and of the numbers; 0 is a conflict. */
        AND,
        /** The names in both; none is a conflict. */
        INTERSECTION,
        /** The same name; another one is a conflict. */
        EQUAL
    }

    /** Checks that the value suits the rule; copies the set. */
    public VendorConstraint {
        Objects.requireNonNull(rule, "rule");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a vendor constraint needs a name");
        }
        names = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(names));
        boolean byName = rule == Rule.INTERSECTION || rule == Rule.EQUAL;
        if (byName ? number != 0 || names.isEmpty() || rule == Rule.EQUAL && names.size() != 1
                : !names.isEmpty() || rule == Rule.LCM && number < 1 || rule == Rule.AND && number == 0) {
            throw new IllegalArgumentException(name + ": value " + number + " " + names + " does not suit rule " + rule);
        }
    }

    /**
     * A number with its rule.
     *
     * @param name the kind
     * @param rule MIN, MAX, LCM or AND
     * @param number the value
     * @return the constraint
     */
    public static VendorConstraint of(String name, Rule rule, long number) {
        return new VendorConstraint(name, rule, number, new TreeSet<>());
    }

    /**
     * Names with their rule.
     *
     * @param name the kind
     * @param rule INTERSECTION or EQUAL
     * @param names the value
     * @return the constraint
     */
    public static VendorConstraint of(String name, Rule rule, SortedSet<String> names) {
        return new VendorConstraint(name, rule, 0, names);
    }

    /**
     * The value as text.
     *
     * @return the number or the names
     */
    public String value() {
        return names.isEmpty() ? Long.toString(number) : String.join("|", names);
    }
}
