package sharebuf.bench;

import java.io.PrintStream;
import java.util.Arrays;

/** The command line of the benchmarks: picks one by its name. */
public final class Main {

    static final int DONE = 0;
    static final int CHECK_FAILED = 1;
    static final int WRONG_CALL = 2;

    private static final String HELP = """
        bench NAME [OPTION…]

          range   replay allocation traces against the address-range allocator and two yardsticks
          carveout small objects in an SRAM: the carveout's allocator beside three yardsticks
          iova    addresses behind an IOMMU: magazines beside magazines with a tree behind them
          pages   page tables of an IOMMU, beside the same in C
          fold    what the constraints of 2, 8 and 32 uses merge to
          2d      rectangles of slots, beside a scan in raster order and what the area allows
          ioctl   what an ioctl costs from Java, beside the same in C
          recycle what memory costs that is used again, beside the kernel's and beside memset

        and with other programs:
          move    how long frames stay away when live buffers move, on a simulated board
          swap    plug-ins replaced while frames flow, on a simulated board
          drain   what the protection of a call costs (JMH)
          stress  the lock-free parts of it under a stress test (jcstress)

        bench NAME --help tells the options of one.
        """;

    private Main() {
    }

    /** Runs one benchmark and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 0) {
            err.print(HELP);
            return WRONG_CALL;
        }
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        return switch (args[0]) {
            case "--help", "-h", "help" -> {
                out.print(HELP);
                yield DONE;
            }
            case "range" -> RangeBench.run(rest, out, err);
            case "carveout" -> CarveoutBench.run(rest, out, err);
            case "iova" -> IovaBench.run(rest, out, err);
            case "pages" -> PagesBench.run(rest, out, err);
            case "fold" -> FoldBench.run(rest, out, err);
            case "2d" -> SlotBench.run(rest, out, err);
            case "ioctl" -> IoctlBench.run(rest, out, err);
            case "recycle" -> {
                err.println("bench recycle runs in the framework: ./sharebuf bench recycle");
                yield WRONG_CALL;
            }
            default -> {
                err.println("bench: no benchmark " + args[0] + ", there are: range, carveout, iova, pages, fold, 2d, ioctl, recycle");
                yield WRONG_CALL;
            }
        };
    }
}
