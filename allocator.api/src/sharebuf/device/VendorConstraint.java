package sharebuf.device;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A kind of constraint that the core does not know, as data: a name, a value and the rule by which two values merge.
 *
 * <p>Immutable. Memory may say of itself, in the same form, what it is ({@code MemoryRegion.properties()}); {@link #admits} then decides.
 * Of a kind that the memory does not state, the allocator decides, if it lists the name in {@code understands()}; else it is not asked: an
 * unknown kind refuses, it is never ignored. One name has one rule; two uses that disagree about it are a conflict.
 *
 * @param name such as {@code com.example.slice}, not blank
 * @param rule how two values merge
 * @param number the value for MIN, MAX, LCM (at least 1) and AND; 0 otherwise
 * @param names the value for INTERSECTION and EQUAL (exactly one name); empty otherwise
 */
public record VendorConstraint(String name, Rule rule, long number, SortedSet<String> names) {

    /**
     * How two values of one name merge, and what memory then may be. Each is commutative, associative and idempotent, and memory suits
     * the merged value exactly when it suits both.
     */
    public enum Rule {
        /** The smaller number: memory has at most this. */
        MIN,
        /** The larger number: memory has at least this. */
        MAX,
        /** The least common multiple: memory has a multiple of this. */
        LCM,
        /** Bitwise and of the numbers, 0 is a conflict: memory has no other bits than these. */
        AND,
        /** The names in both, none is a conflict: memory has no other names than these. */
        INTERSECTION,
        /** The same name, another one is a conflict: memory has this one. */
        EQUAL
    }

    /** A vendor's name before a dot, so that two vendors do not meet. */
    private static final Pattern NAMESPACED = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");

    /** Checks that the value suits the rule; copies the set. */
    public VendorConstraint {
        Objects.requireNonNull(rule, "rule");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a vendor constraint needs a name");
        }
        names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
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

    /**
     * Whether memory that is this suits.
     *
     * @param property what memory says of itself
     * @return false when it speaks of another kind, or by another rule
     */
    public boolean admits(VendorConstraint property) {
        if (!name.equals(property.name) || rule != property.rule) {
            return false;
        }
        return switch (rule) {
            case MIN -> property.number <= number;
            case MAX -> property.number >= number;
            case LCM -> property.number % number == 0;
            case AND -> (property.number & ~number) == 0;
            case INTERSECTION, EQUAL -> names.containsAll(property.names);
        };
    }

    /**
     * Reads {@code NAME RULE VALUE}, such as {@code com.example.slice max 4} or {@code com.example.bank intersection left|right}.
     *
     * @param text three words
     * @return the constraint
     * @throws IllegalArgumentException saying which word is wrong and what is allowed
     */
    public static VendorConstraint parse(String text) {
        String[] words = text.strip().split("\\s+");
        if (words.length != 3) {
            throw new IllegalArgumentException("'" + text + "': NAME RULE VALUE, such as com.example.slice max 4");
        }
        if (!NAMESPACED.matcher(words[0]).matches()) {
            throw new IllegalArgumentException("'" + words[0] + "': a name in the vendor's namespace, such as com.example.slice");
        }
        Rule rule = Arrays.stream(Rule.values()).filter(r -> r.name().equalsIgnoreCase(words[1])).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "rule '" + words[1] + "': one of " + String.join(", ", Arrays.stream(Rule.values()).map(r -> r.name().toLowerCase(Locale.ROOT)).toList())));
        if (rule == Rule.INTERSECTION || rule == Rule.EQUAL) {
            TreeSet<String> names = new TreeSet<>(List.of(words[2].split("\\|")));
            if (names.stream().anyMatch(String::isEmpty) || names.isEmpty()) {
                throw new IllegalArgumentException("value '" + words[2] + "': names separated by |");
            }
            return of(words[0], rule, names);
        }
        try {
            return of(words[0], rule, Long.decode(words[2]));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("value '" + words[2] + "': a whole number from -2^63 to 2^63-1, decimal or 0x", e);
        }
    }

    /**
     * The form that {@link #parse} reads.
     *
     * @return three words
     */
    public String text() {
        return name + " " + rule.name().toLowerCase(Locale.ROOT) + " " + value();
    }
}
