package sharebuf.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The options of the benchmarks of Linux calls. Immutable.
 *
 * @param help tell them
 * @param turns how to measure
 * @param size bytes of a buffer
 * @param c the yardstick in C, compiled before
 * @param json file for the figures, {@code -} for standard output
 */
record LinuxOptions(boolean help, Turns turns, OptionalLong size, Optional<Path> c, Optional<String> json) {

    /**
     * Reads them.
     *
     * @param name of the benchmark
     * @param rounds when they are not given
     * @param sized whether there is {@code --size}
     */
    static LinuxOptions parse(String name, int rounds, boolean sized, String[] args) throws WrongCall {
        boolean help = false;
        long warmUp = 10;
        OptionalLong size = OptionalLong.empty();
        Optional<Path> c = Optional.empty();
        Optional<String> json = Optional.empty();
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            if (option.equals("--help") || option.equals("-h")) {
                help = true;
                continue;
            }
            if (!List.of("--rounds", "--warm-up", "--c", "--json").contains(option) && !(sized && option.equals("--size"))) {
                throw new WrongCall("bench " + name + " has no option " + option + "; --help tells them");
            }
            if (++i == args.length) {
                throw new WrongCall(option + " needs a value");
            }
            switch (option) {
                case "--rounds" -> rounds = RangeOptions.rounds(args[i]);
                case "--warm-up" -> warmUp = number(option, args[i], 60);
                case "--size" -> size = OptionalLong.of(number(option, args[i], 1L << 30));
                case "--c" -> c = Optional.of(Path.of(args[i]));
                default -> json = Optional.of(args[i]);
            }
        }
        return new LinuxOptions(help, new Turns(rounds, TimeUnit.SECONDS.toNanos(warmUp)), size, c, json);
    }

    private static long number(String option, String value, long most) throws WrongCall {
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new WrongCall(option + " " + value + " is not a number from 1 to " + most);
    }
}
