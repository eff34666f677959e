package sharebuf.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The arguments of {@code check}.
 *
 * @param file the jar
 * @param json where the report goes; empty for nowhere, {@code -} for standard output
 * @param seed of the random cases
 * @param quiet whether no line a case is printed
 * @param help whether only help is wanted
 */
record Call(Path file, String json, long seed, boolean quiet, boolean help) {
    static final String USAGE = """
            usage: ./sharebuf check FILE.jar [--json FILE] [--seed N] [--quiet]
                   ./sharebuf check --kernel [CASE...] [--json FILE]

            Installs the plug-in into a framework without a board, gives it regions, drivers, devices and address spaces of the kit's
            own, and runs the conformance cases of its kinds: allocators, also of memory that the kernel grants or a driver makes,
            dma_map_ops, exporters and importers; prints a line a case. Nothing of this machine is touched.

              --kernel     the cases on this machine's devices instead; ./sharebuf check --kernel --help tells more
              --json FILE  write the cases and their outcomes as JSON; - is standard output, then nothing else is printed there
              --seed N     of the random cases: a decimal number of 64 bits, default 1
              --quiet      print nothing but what is wrong with the call: the exit code and --json tell the rest
              --help       print this and exit

            exit: 0 all passed, 1 a case failed, 2 the call is wrong, or the file is no plug-in""";

    private static final long SEED = 1;

    static Call of(String[] args) throws NotChecked {
        String file = "";
        String json = "";
        long seed = SEED;
        boolean quiet = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--help", "-h" -> {
                    return new Call(Path.of(""), "", SEED, false, true);
                }
                case "--json" -> json = value(args, ++i);
                case "--quiet" -> quiet = true;
                case "--seed" -> seed = number(value(args, ++i));
                default -> {
                    if (args[i].startsWith("-") || !file.isEmpty()) {
                        throw new NotChecked("does not take '" + args[i] + "'\n" + USAGE);
                    }
                    file = args[i];
                }
            }
        }
        if (file.isEmpty()) {
            throw new NotChecked("needs a jar\n" + USAGE);
        }
        Path path = Path.of(file).toAbsolutePath();
        if (!Files.isRegularFile(path)) {
            throw new NotChecked(file + " is no file");
        }
        return new Call(path, json, seed, quiet, false);
    }

    boolean jsonToStandardOutput() {
        return json.equals("-");
    }

    void writeJson(String text) throws NotChecked {
        if (jsonToStandardOutput()) {
            System.out.println(text);
        } else if (!json.isEmpty()) {
            try {
                Files.writeString(Path.of(json), text + "\n");
            } catch (IOException e) {
                throw new NotChecked("cannot write " + json + ": " + e);
            }
        }
    }

    private static String value(String[] args, int at) throws NotChecked {
        if (at == args.length) {
            throw new NotChecked(args[at - 1] + " needs a value");
        }
        return args[at];
    }

    private static long number(String text) throws NotChecked {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new NotChecked("--seed " + text + ": a decimal number of 64 bits");
        }
    }
}
