package sharebuf.console;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code serve} was given.
 *
 * <p>Immutable.
 *
 * @param board name or file; empty with {@code --help}
 * @param options values for the board's variables
 * @param plugins a folder with jars; empty for none
 * @param json where the final state goes; empty for nowhere, {@code -} for standard output
 */
record ServeArguments(String board, Map<String, String> options, Optional<Path> plugins, String json) {
    static final String USAGE = """
            usage: ./sharebuf serve BOARD [--board-option KEY=VALUE]... [--plugins DIR] [--json FILE]

            Brings a board up and keeps it up behind a shell. What there is: dma:devices, dma:uses, dma:allocators, dma:regions,
            dma:buffers, dma:mappings, dma:seats, dma:sets, dma:learnt, dma:explain; who holds it, since when, taken where: dma:leaks.
            What changes it: dma:swap, dma:plan, dma:attach, dma:detach; and help for the rest. It ends at exit [CODE], at Ctrl-C, and at
            the end of standard input: echo dma:regions | ./sharebuf serve BOARD

              BOARD                     a name under boards/, or a file
              --board-option KEY=VALUE  a value for a variable of the board (any number of times)
              --plugins DIR             a folder whose jars run: one that is dropped in is installed as soon as it is complete, one
                                        that is replaced is swapped while its buffers live, one that is taken out is uninstalled
              --json FILE               write the state at the end as JSON: board, bundles, plugins, seats, regions, buffers,
                                        mappings, sessions, sets, holdings, violations, learnt; - is standard output: what the shell says then goes to standard error
              --help                    print this and exit

            exit: 0 done, 2 the call is wrong, the board is not complete, or a command from standard input failed; or the CODE
            that was given to exit
            """;

    private static final Map<String, String> VALUES = Map.of("--board-option", "KEY=VALUE", "--plugins", "DIR", "--json", "FILE or -");

    /** Copies. */
    ServeArguments {
        options = Map.copyOf(options);
    }

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static ServeArguments parse(String... args) {
        String board = "";
        String json = "";
        Optional<Path> plugins = Optional.empty();
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            int inside = args[i].indexOf('=');
            String option = inside < 0 ? args[i] : args[i].substring(0, inside);
            String needed = VALUES.get(option);
            if (needed != null && inside < 0 && i + 1 == args.length) {
                throw new IllegalArgumentException(option + " needs " + needed);
            }
            if (args[i].equals("--help") || args[i].equals("-h")) {
                return new ServeArguments("", Map.of(), Optional.empty(), "");
            } else if (option.equals("--plugins")) {
                plugins = Optional.of(Path.of(inside < 0 ? args[++i] : args[i].substring(inside + 1)));
            } else if (option.equals("--json")) {
                json = inside < 0 ? args[++i] : args[i].substring(inside + 1);
            } else if (option.equals("--board-option")) {
                String pair = inside < 0 ? args[++i] : args[i].substring(inside + 1);
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("--board-option " + pair + ": KEY=VALUE is allowed");
                }
                options.put(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (args[i].startsWith("-")) {
                throw new IllegalArgumentException("there is no option " + args[i] + "; there are --board-option, --plugins, --json and --help");
            } else if (board.isEmpty() && !args[i].isEmpty()) {
                board = args[i];
            } else {
                throw new IllegalArgumentException("one board, not also '" + args[i] + "'");
            }
        }
        if (board.isEmpty()) {
            throw new IllegalArgumentException("serve needs a board; boards/ has some, such as raspberrypi-4");
        }
        return new ServeArguments(board, options, plugins, json);
    }
}
