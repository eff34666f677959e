package sharebuf.app.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was given to a command.
 *
 * <p>Immutable.
 *
 * @param plain arguments that are no options, in order
 * @param given the values of each option that was given
 */
public record Arguments(List<String> plain, Map<String, List<String>> given) {
    /** Copies. */
    public Arguments {
        plain = List.copyOf(plain);
        given = Map.copyOf(given);
    }

    /**
     * Whether an option was given.
     *
     * @param option its name
     * @return true when it was
     */
    public boolean has(String option) {
        return given.containsKey(option);
    }

    /**
     * The value of an option.
     *
     * @param option its name
     * @return empty when it was not given
     */
    public Optional<String> value(String option) {
        return values(option).stream().findFirst();
    }

    /**
     * The values of an option.
     *
     * @param option its name
     * @return in order
     */
    public List<String> values(String option) {
        return given.getOrDefault(option, List.of());
    }

    /**
     * The value of an option that is a number.
     *
     * @param option its name
     * @param fallback when it was not given
     * @param least the least that is allowed
     * @param most the most that is allowed
     * @return the number
     * @throws WrongCall when it is no number or out of bounds
     */
    public long number(String option, long fallback, long least, long most) throws WrongCall {
        Optional<String> text = value(option);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw WrongCall.option(option, text.get(), "a whole number from " + least + " to " + most);
    }

    /**
     * The values of an option of the form {@code KEY=VALUE}.
     *
     * @param option its name
     * @return in order
     * @throws WrongCall when one has another form
     */
    public Map<String, String> pairs(String option) throws WrongCall {
        Map<String, String> pairs = new java.util.LinkedHashMap<>();
        for (String text : values(option)) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw WrongCall.option(option, text, "KEY=VALUE");
            }
            pairs.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return pairs;
    }
}
