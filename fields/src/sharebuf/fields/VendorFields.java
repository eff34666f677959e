package sharebuf.fields;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import sharebuf.device.VendorConstraint;
import sharebuf.device.VendorConstraint.Rule;

/**
 * Vendors' kinds of constraint as data: {@code "vendor": {"com.example.slice": {"rule": "max", "value": 4}}}. What a use demands and what
 * memory says of itself have the same form.
 *
 * <p>Stateless.
 */
public final class VendorFields {
    private VendorFields() {
    }

    /**
     * The kinds that are stated.
     *
     * @param of where the key {@code vendor} stands
     * @return empty when the key is missing
     * @throws WrongField when a name, a rule or a value is wrong
     */
    public static List<VendorConstraint> read(Fields of) throws WrongField {
        List<VendorConstraint> kinds = new ArrayList<>();
        Fields all = of.object("vendor");
        for (String name : all.keys()) {
            Fields each = all.object(name);
            VendorConstraint kind = kind(name, each);
            each.end();
            try {
                // What configurations of boards could not say would be lost on the way to one.
                if (!VendorConstraint.parse(kind.text()).equals(kind)) {
                    throw all.wrong(name, kind.value(), "names without spaces and |");
                }
            } catch (IllegalArgumentException e) {
                throw all.wrong(name, kind.value(), e.getMessage());
            }
            kinds.add(kind);
        }
        return kinds;
    }

    private static VendorConstraint kind(String name, Fields each) throws WrongField {
        String word = each.text("rule");
        Rule rule = Arrays.stream(Rule.values()).filter(r -> r.name().equalsIgnoreCase(word)).findFirst()
                .orElseThrow(() -> each.wrong("rule", word, String.join(", ", Arrays.stream(Rule.values()).map(r -> r.name().toLowerCase(Locale.ROOT)).toList())));
        try {
            return switch (rule) {
                case EQUAL -> VendorConstraint.of(name, rule, new TreeSet<>(List.of(each.text("value"))));
                case INTERSECTION -> VendorConstraint.of(name, rule, new TreeSet<>(each.texts("value")));
                case AND -> VendorConstraint.of(name, rule, each.quantity("value"));
                default -> VendorConstraint.of(name, rule, each.number("value", 0, 0, Long.MAX_VALUE));
            };
        } catch (IllegalArgumentException e) {
            throw each.wrong("value", each.value("value").orElse("missing"), "min, max: a number; lcm, and: one above 0; intersection: a list of names; equal: a name");
        }
    }
}
