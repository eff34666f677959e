package sharebuf.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The options of the benchmarks of Linux calls. Immutable.
 *
 * @param help tell them
 * @param rounds timed rounds
 * @param size bytes of a buffer
 * @param c the yardstick in C, compiled before
 * @param json file for the figures, {@code -} for standard output
 */
record LinuxOptions(boolean help, int rounds, OptionalLong size, Optional<Path> c, Optional<String> json) {

    /**
     * Reads them.
     *
     * @param name of the benchmark
     * @param rounds when they are not given
     * @param sized whether there is {@code --size}
     */
    static LinuxOptions parse(String name, int rounds, boolean sized, String[] args) throws WrongCall {
        boolean help = false;
        OptionalLong size = OptionalLong.empty();
        Optional<Path> c = Optional.empty();
        Optional<String> json = Optional.empty();
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            if (option.equals("--help") || option.equals("-h")) {
                help = true;
                continue;
            }
            if (!List.of("--rounds", "--c", "--json").contains(option) && !(sized && option.equals("--size"))) {
                throw new WrongCall("bench " + name + " has no option " + option + "; --help tells them");
            }
            if (++i == args.length) {
                throw new WrongCall(option + " needs a value");
            }
            switch (option) {
                case "--rounds" -> rounds = RangeOptions.rounds(args[i]);
                case "--size" -> size = OptionalLong.of(size(args[i]));
                case "--c" -> c = Optional.of(Path.of(args[i]));
                default -> json = Optional.of(args[i]);
            }
        }
        return new LinuxOptions(help, rounds, size, c, json);
    }

    private static long size(String value) throws WrongCall {
        try {
            long size = Long.parseLong(value);
            if (size >= 1 && size <= 1L << 30) {
                return size;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new WrongCall("--size " + value + " is not a number of bytes from 1 to 1073741824");
    }
}
