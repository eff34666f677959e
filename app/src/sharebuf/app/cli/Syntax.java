package sharebuf.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments that a command takes: parses them, and prints its help from the same list, so that help is complete.
 *
 * <p>Immutable.
 *
 * @param command its name
 * @param arguments its plain arguments, as text such as {@code [BOARD]}
 * @param most how many plain arguments it takes at most
 * @param about what it does, lines for people
 * @param options its options in order
 */
public record Syntax(String command, String arguments, int most, String about, List<Option> options) {
    private static final Option JSON = new Option("--json", "FILE", "write the result as JSON; - is standard output, then nothing else is printed there", false);
    private static final Option HELP = new Option("--help", "", "print this and exit", false);

    /**
     * An option.
     *
     * @param name with its dashes
     * @param value its value as text such as {@code WxH}; empty for none
     * @param help one or more lines for people
     * @param many whether it may be given more than once
     */
    public record Option(String name, String value, String help, boolean many) {
    }

    /** Copies the list. */
    public Syntax {
        options = List.copyOf(options);
    }

    /**
     * A command without options of its own; it has {@code --json} and {@code --help}.
     *
     * @param command its name
     * @param arguments its plain arguments, as text
     * @param most how many of them at most
     * @param about what it does
     * @return the syntax
     */
    public static Syntax of(String command, String arguments, int most, String about) {
        return new Syntax(command, arguments, most, about, List.of(JSON, HELP));
    }

    /**
     * A further option.
     *
     * @param name with its dashes
     * @param value its value as text; empty for none
     * @param help for people
     * @return a copy with it
     */
    public Syntax option(String name, String value, String help) {
        return plus(new Option(name, value, help, false));
    }

    /**
     * A further option that may be given any number of times.
     *
     * @param name with its dashes
     * @param value its value as text
     * @param help for people
     * @return a copy with it
     */
    public Syntax many(String name, String value, String help) {
        return plus(new Option(name, value, help, true));
    }

    private Syntax plus(Option option) {
        List<Option> more = new ArrayList<>(options);
        more.add(more.size() - 2, option);
        return new Syntax(command, arguments, most, about, more);
    }

    /**
     * Reads arguments: {@code --name value} or {@code --name=value}; {@code --} ends the options.
     *
     * @param args the arguments behind the command
     * @return what was given
     * @throws WrongCall naming option, value and what is allowed
     */
    public Arguments parse(String[] args) throws WrongCall {
        List<String> plain = new ArrayList<>();
        Map<String, List<String>> given = new LinkedHashMap<>();
        boolean ended = false;
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (ended || !arg.startsWith("-") || arg.equals("-")) {
                plain.add(arg);
                continue;
            }
            if (arg.equals("--")) {
                ended = true;
                continue;
            }
            int equals = arg.indexOf('=');
            Option option = find(arg.equals("-h") ? "--help" : equals < 0 ? arg : arg.substring(0, equals));
            String value = "";
            if (!option.value().isEmpty()) {
                if (equals >= 0) {
                    value = arg.substring(equals + 1);
                } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
                    value = args[++i];
                } else {
                    throw new WrongCall(option.name() + ": needs a value " + option.value());
                }
            } else if (equals >= 0) {
                throw WrongCall.option(option.name(), arg.substring(equals + 1), "no value");
            }
            List<String> values = given.computeIfAbsent(option.name(), n -> new ArrayList<>());
            if (!values.isEmpty() && !option.many()) {
                throw WrongCall.option(option.name(), value, "once; it was given as " + values.getFirst());
            }
            values.add(value);
        }
        if (plain.size() > most && !given.containsKey("--help")) {
            throw new WrongCall("unexpected argument '" + plain.get(most) + "'; usage: " + usage());
        }
        return new Arguments(plain, given);
    }

    private Option find(String name) throws WrongCall {
        for (Option option : options) {
            if (option.name().equals(name)) {
                return option;
            }
        }
        throw new WrongCall("no option " + name + "; allowed: " + String.join(" ", options.stream().map(Option::name).toList()));
    }

    private String usage() {
        return ("./sharebuf " + command + " [OPTIONS] " + arguments).strip();
    }

    /**
     * The help.
     *
     * @return lines for people
     */
    public String help() {
        StringBuilder s = new StringBuilder("usage: ").append(usage()).append("\n\n").append(about.strip()).append("\n\n");
        for (Option option : options) {
            String left = "  " + option.name() + (option.value().isEmpty() ? "" : " " + option.value());
            String[] lines = option.help().strip().split("\n");
            s.append(left).append(left.length() < 27 ? " ".repeat(28 - left.length()) : "\n" + " ".repeat(28));
            s.append(String.join("\n" + " ".repeat(28), lines)).append(option.many() ? " (any number of times)" : "").append('\n');
        }
        return s.append("""

                exit: 0 done, 1 a check failed, 2 the call is wrong or the machine lacks something, 3 refused (the refusal is
                printed on standard error), 4 data lost or torn
                """).toString();
    }
}
