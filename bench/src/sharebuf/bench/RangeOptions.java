package sharebuf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The options of {@code bench range}. Confined to the creating thread. */
final class RangeOptions {

    static final String HELP = """
        bench range --trace FILE [--trace FILE…] [OPTION…]

        Replays allocation traces in this JVM. Each allocator's answers are first checked (overlap, alignment, limit),
        untimed; then the part after "# steady" is timed, the allocators taking turns in every round.

          --trace FILE         a trace, plain or .gz; of a directory all files named *.trace and *.trace.gz
          --allocator NAME     only this one: range, bitmap-first-fit, tree-best-fit (may be repeated; default all)
          --rounds N           timed rounds, 1 or more (default 15)
          --placements FILE    write "id offset" for every success, in order; needs one trace, takes the first allocator
          --json FILE          write the figures as JSON; - for standard output, and nothing else there
          --help               this text

        Exit: 0 done, 1 an answer was wrong, 2 the call or a trace is wrong.
        """;

    final List<Path> traces = new ArrayList<>();
    final List<Allocators.Named> allocators = new ArrayList<>();
    int rounds = 15;
    Path placements;
    String json;
    boolean help;

    RangeOptions() {
    }

    static RangeOptions parse(String[] args) throws WrongCall {
        RangeOptions options = new RangeOptions();
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            if (option.equals("--help") || option.equals("-h")) {
                options.help = true;
                return options;
            }
            if (!List.of("--trace", "--allocator", "--rounds", "--placements", "--json").contains(option)) {
                throw new WrongCall("bench range has no option " + option + "; --help tells them");
            }
            if (++i == args.length) {
                throw new WrongCall(option + " needs a value");
            }
            options.set(option, args[i]);
        }
        if (options.traces.isEmpty()) {
            throw new WrongCall("bench range needs --trace FILE");
        }
        if (options.placements != null && options.traces.size() > 1) {
            throw new WrongCall("--placements needs exactly one trace, there are " + options.traces.size());
        }
        if (options.allocators.isEmpty()) {
            options.allocators.addAll(Allocators.ALL);
        }
        return options;
    }

    private void set(String option, String value) throws WrongCall {
        switch (option) {
            case "--trace" -> traces.addAll(files(Path.of(value)));
            case "--allocator" -> {
                Allocators.Named named = Allocators.byName(value);
                if (!allocators.contains(named)) {
                    allocators.add(named);
                }
            }
            case "--rounds" -> rounds = rounds(value);
            case "--placements" -> placements = Path.of(value);
            default -> json = value;
        }
    }

    static int rounds(String value) throws WrongCall {
        try {
            int rounds = Integer.parseInt(value);
            if (rounds >= 1 && rounds <= 10_000) {
                return rounds;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new WrongCall("--rounds " + value + " is not a number from 1 to 10000");
    }

    static long seed(String value) throws WrongCall {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new WrongCall("--seed " + value + " is not a number");
        }
    }

    private static List<Path> files(Path path) throws WrongCall {
        if (!Files.exists(path)) {
            throw new WrongCall("--trace " + path + ": there is no such file");
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> inside = Files.list(path)) {
            List<Path> found = inside.filter(file -> file.toString().matches(".*\\.trace(\\.gz)?")).sorted().toList();
            if (found.isEmpty()) {
                throw new WrongCall("--trace " + path + ": no *.trace and no *.trace.gz in it");
            }
            return found;
        } catch (IOException e) {
            throw new WrongCall("--trace " + path + ": cannot be listed: " + e);
        }
    }
}
