package sharebuf.broker.seat;

import java.util.Arrays;

/** The command line: {@code bench drain} is JMH on {@link SeatCall}, {@code bench stress} is jcstress on {@link CallsStress} and {@link TurnLockStress}; both take their tool's options. */
public final class SeatBench {
    private static final String HELP = """
        usage: ./sharebuf bench drain [JMH OPTION...]
               ./sharebuf bench stress [JCSTRESS OPTION...]

        drain   a call of a plug-in, plain and with the protection that a swap needs, three implementations loaded; ns a call. Of JMH's
                options: -f FORKS, -wi and -i ITERATIONS, -w and -r TIME; -h lists all
        stress  calls against the drain, the watchdog and each other. Of jcstress' options: -m sanity|quick|default|tough, -v. Leaves its report
                in results/ and its raw results beside it
        """;

    private SeatBench() {
    }

    /**
     * Runs one of them.
     *
     * @param args {@code drain} or {@code stress}, then the tool's options
     * @throws Exception what the tool throws
     */
    public static void main(String[] args) throws Exception {
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        if (Arrays.asList(rest).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        switch (args[0]) {
            case "drain" -> org.openjdk.jmh.Main.main(with(rest, SeatCall.class.getName()));
            default -> org.openjdk.jcstress.Main.main(with(rest, "-t", CallsStress.class.getPackageName() + "\\..*Stress"));
        }
    }

    private static String[] with(String[] args, String... own) {
        String[] all = Arrays.copyOf(own, own.length + args.length);
        System.arraycopy(args, 0, all, own.length, args.length);
        return all;
    }
}
