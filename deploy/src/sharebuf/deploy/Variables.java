package sharebuf.deploy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.deployment.BoardException;

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
     * @param options what the user wants
     * @return the variables
     * @throws BoardException for an option that the file does not know
     */
    static Variables of(String file, Map<String, String> defaults, Map<String, String> options) throws BoardException {
        Map<String, String> values = new LinkedHashMap<>(defaults);
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (values.replace(option.getKey(), option.getValue()) == null) {
                throw new BoardException(file, "option " + option.getKey(), option.getValue(), known(defaults));
            }
        }
        return new Variables(file, values);
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
