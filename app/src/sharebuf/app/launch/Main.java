package sharebuf.app.launch;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import sharebuf.urgency.Urgency;

/**
 * The entry: {@code COMMAND ARGUMENTS}. Starts the framework, waits for the command's service and calls it on the main thread; its
 * result is the exit code.
 *
 * <p>System properties: {@code sharebuf.index}, the list of bundles, and {@code sharebuf.home}, the project's root; both are
 * handed on as framework properties.
 */
public final class Main {
    /** The call is wrong, or something that it needs is missing. */
    private static final int WRONG = 2;

    private Main() {
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        int exit;
        try {
            exit = run(args);
        } catch (LaunchException e) {
            System.err.println("sharebuf: " + e.getMessage());
            exit = WRONG;
        } catch (InterruptedException e) {
            System.err.println("sharebuf: interrupted");
            exit = WRONG;
        }
        System.out.flush();
        System.exit(exit);
    }

    private static int run(String[] args) throws LaunchException, InterruptedException {
        if (args.length == 0) {
            throw new LaunchException("no command; ./sharebuf --help lists them");
        }
        BundleFiles files = new BundleFiles(Path.of(property("sharebuf.index")));
        String home = property("sharebuf.home");
        // All others wait while it halts them, simulated devices too.
        Urgency.REAL_TIME.giveNamed("VM Thread");
        try (House house = new House(Map.of("sharebuf.index", property("sharebuf.index"), "sharebuf.home", home))) {
            // Ctrl-C ends the JVM while the main thread is in the command: the hook stops the framework and removes its folder.
            Runtime.getRuntime().addShutdownHook(new Thread(house::close, "sharebuf-shutdown"));
            try {
                house.install(CoreBundles.of(args[0]), files);
                return call(house, args[0], Arrays.copyOfRange(args, 1, args.length));
            } catch (RuntimeException e) {
                if (!house.closing()) {
                    throw e;
                }
                // The framework goes while it comes up: what fails now is no bug, and the signal says the exit code.
                return WRONG;
            }
        }
    }

    private static int call(House house, String name, String[] args) throws InterruptedException {
        Commands commands = new Commands(house.context());
        Optional<ToIntFunction<String[]>> command = commands.await(name, house.troubles().isEmpty() ? Commands.patience() : 1);
        if (command.isEmpty()) {
            explain(name, commands, house.troubles());
            return WRONG;
        }
        try {
            return command.get().applyAsInt(args);
        } catch (RuntimeException e) {
            if (house.closing()) {
                return WRONG;
            }
            System.err.println("sharebuf: " + name + " broke, which is a bug");
            e.printStackTrace();
            return WRONG;
        }
    }

    private static void explain(String name, Commands commands, List<String> troubles) {
        System.err.println("sharebuf: there is no command '" + name + "'");
        troubles.forEach(line -> System.err.println("  bundle " + line.replace("\n", "\n    ")));
        commands.diagnosis().forEach(line -> System.err.println("  component " + line));
        commands.known().forEach((each, help) -> System.err.printf("  %-8s %s%n", each, help));
    }

    private static String property(String name) throws LaunchException {
        String value = System.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new LaunchException("system property " + name + " is not set; start with ./sharebuf");
        }
        return value;
    }
}
