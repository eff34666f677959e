package sharebuf.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Variable.Range;
import sharebuf.plugin.Quantity;

/** The variables of a board: defaults from the file, overridden by options. Immutable. */
final class Variables {
    private static final Pattern USE = Pattern.compile("\\$\\{([^}]*)}");

    private final String file;
    private final Map<String, String> values;

    private Variables(String file, Map<String, String> values) {
        this.file = file;
        this.values = values;
    }

    /**
     * Applies options.
     *
     * @param file for messages
     * @param defaults from the file
     * @param ranges what the file allows, by variable
     * @param choices words that the file allows, by variable
     * @param options what the user wants
     * @return the variables
     * @throws BoardException for an option that the file does not know, and for a value out of its range
     */
    static Variables of(String file, Map<String, String> defaults, Map<String, Range> ranges,
            Map<String, List<String>> choices, Map<String, String> options) throws BoardException {
        Map<String, String> values = new LinkedHashMap<>(defaults);
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (values.replace(option.getKey(), option.getValue()) == null) {
                throw new BoardException(file, "option " + option.getKey(), option.getValue(), known(defaults));
            }
        }
        for (Map.Entry<String, Range> each : ranges.entrySet()) {
            String value = values.get(each.getKey());
            if (!allows(each.getValue(), value)) {
                throw new BoardException(file, (options.containsKey(each.getKey()) ? "option " : "variables/") + each.getKey(), value,
                        each.getValue().toString());
            }
        }
        for (Map.Entry<String, List<String>> each : choices.entrySet()) {
            String value = values.get(each.getKey());
            if (!each.getValue().contains(value)) {
                throw new BoardException(file, (options.containsKey(each.getKey()) ? "option " : "variables/") + each.getKey(), value,
                        String.join(" or ", each.getValue()));
            }
        }
        return new Variables(file, values);
    }

    /** A sum is no value: filled into another sum it would be computed from left to right. */
    private static boolean allows(Range range, String value) {
        try {
            return range.contains(Quantity.parse(value));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String known(Map<String, String> defaults) {
        return defaults.isEmpty() ? "this board has no options" : "one of the options " + String.join(", ", new TreeSet<>(defaults.keySet()));
    }

    /** Their values. */
    Map<String, String> values() {
        return Map.copyOf(values);
    }

    /**
     * Fills <code>${name}</code> in.
     *
     * @param key where the text stands, for messages
     * @param text the text
     * @return the text with values in place of names
     * @throws BoardException for a name that is no variable
     */
    String fill(String key, String text) throws BoardException {
        Matcher use = USE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (use.find()) {
            String value = values.get(use.group(1));
            if (value == null) {
                throw new BoardException(file, key, use.group(), "one of the variables " + String.join(", ", new TreeSet<>(values.keySet())));
            }
            use.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        return use.appendTail(out).toString();
    }
}
