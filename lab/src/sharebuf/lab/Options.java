package sharebuf.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The command line.
 *
 * @param help    tell it
 * @param jobs    file with jobs; empty: the project's
 * @param words   names of jobs in that file, or commands
 * @param out     folder of the share; empty: one in the cache
 * @param json    file for the report as data, {@code -} for standard output
 * @param keep    keep the initramfs
 * @param refresh look for newer packages
 * @param arch    the guest's processor
 */
record Options(boolean help, Optional<Path> jobs, List<String> words, Optional<Path> out, Optional<String> json, boolean keep,
        boolean refresh, Arch arch) {

    static final String HELP = """
        usage: ./sharebuf lab [OPTION...]

        Boots a stock Debian kernel in QEMU (emulated, no hardware and no root needed) with the built product in its initramfs, and
        runs the jobs of lab/guest/jobs there. docs/lab.md tells more.

          --job WORDS     only this one: the name of a job in the file, or a line for the guest's shell such as
                          "sharebuf explain raspberrypi-4"; can be repeated; exit=CODE and
                          the like may stand before it, as in the file
          --jobs FILE     another file of jobs
          --out DIR       folder for what comes out (default: cnf/cache/lab/last, last-arm64)
          --json FILE     the report as JSON; - for standard output
          --arch ARCH     x86-64 (default), or arm64: the machine with CMA and an SMMU
          --keep          keep the initramfs, print QEMU's command line
          --refresh       look for a newer kernel

        Exit: 0 all jobs passed, 1 a job failed or the guest did not come up, 2 the call is wrong or the machine lacks something.
        """;

    static Options parse(List<String> args) throws Trouble {
        boolean help = false;
        boolean keep = false;
        boolean refresh = false;
        Arch arch = Arch.X86_64;
        Optional<Path> jobs = Optional.empty();
        Optional<Path> out = Optional.empty();
        Optional<String> json = Optional.empty();
        List<String> words = new ArrayList<>();
        for (Iterator<String> rest = args.iterator(); rest.hasNext();) {
            String option = rest.next();
            switch (option) {
                case "--help", "-h" -> help = true;
                case "--keep" -> keep = true;
                case "--refresh" -> refresh = true;
                case "--job" -> words.add(value(option, rest));
                case "--jobs" -> jobs = Optional.of(Path.of(value(option, rest)));
                case "--out" -> out = Optional.of(Path.of(value(option, rest)).toAbsolutePath().normalize());
                case "--json" -> json = Optional.of(value(option, rest));
                case "--arch" -> arch = architecture(value(option, rest));
                default -> throw Trouble.wrong("lab has no option '" + option + "'; ./sharebuf lab --help tells them");
            }
        }
        return new Options(help, jobs, List.copyOf(words), out, json, keep, refresh, arch);
    }

    private static String value(String option, Iterator<String> rest) throws Trouble {
        if (!rest.hasNext()) {
            throw Trouble.wrong(option + " needs a value");
        }
        return rest.next();
    }

    private static Arch architecture(String name) throws Trouble {
        try {
            return Arch.of(name);
        } catch (IllegalArgumentException e) {
            throw Trouble.wrong("--arch: " + e.getMessage());
        }
    }
}
