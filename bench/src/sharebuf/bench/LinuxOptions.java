package sharebuf.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The options of the benchmarks of Linux calls. Immutable.
 *
 * @param help tell them
 * @param rounds timed rounds
 * @param c the yardstick in C, compiled before
 * @param json file for the figures, {@code -} for standard output
 */
record LinuxOptions(boolean help, int rounds, Optional<Path> c, Optional<String> json) {

    static LinuxOptions parse(String name, int rounds, String[] args) throws WrongCall {
        boolean help = false;
        Optional<Path> c = Optional.empty();
        Optional<String> json = Optional.empty();
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            if (option.equals("--help") || option.equals("-h")) {
                help = true;
                continue;
            }
            if (!List.of("--rounds", "--c", "--json").contains(option)) {
                throw new WrongCall("bench " + name + " has no option " + option + "; --help tells them");
            }
            if (++i == args.length) {
                throw new WrongCall(option + " needs a value");
            }
            switch (option) {
                case "--rounds" -> rounds = RangeOptions.rounds(args[i]);
                case "--c" -> c = Optional.of(Path.of(args[i]));
                default -> json = Optional.of(args[i]);
            }
        }
        return new LinuxOptions(help, rounds, c, json);
    }
}
