package sharebuf.build;

import aQute.bnd.build.Project;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Entry of the build driver. Called by {@code ./sharebuf}; arguments: command, then its own. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) {
        Path root = Path.of(System.getProperty("sharebuf.home", "."));
        System.exit(run(root, List.of(args)));
    }

    /** One command on the workspace at {@code root}; returns the exit code. Also used by the driver's own tests. */
    static int run(Path root, List<String> args) {
        if (args.isEmpty()) {
            System.err.println("sharebuf: no command for the build driver");
            return 2;
        }
        List<String> rest = args.subList(1, args.size());
        try (Checkout checkout = Checkout.at(root)) {
            return switch (args.getFirst()) {
                case "build" -> build(checkout, rest);
                case "clean" -> clean(checkout);
                case "test" -> new TestRun(checkout).run(rest);
                case "publish" -> new Publish(checkout).run(rest);
                case "release" -> new Release(checkout).run(rest);
                case "classpath" -> classpath(checkout, rest);
                default -> throw new Problem(2, "the build driver has no command '" + args.getFirst() + "'");
            };
        } catch (Problem e) {
            System.err.println("sharebuf: " + e.getMessage());
            return e.exit;
        } catch (Exception e) {
            System.err.println("sharebuf: the build itself broke, which is a bug in cnf/driver");
            e.printStackTrace();
            return 1;
        }
    }

    private static int build(Checkout checkout, List<String> names) throws Exception {
        long start = System.nanoTime();
        boolean quiet = names.contains("--quiet");
        checkout.lock();
        try (House house = House.open(checkout)) {
            Builder builder = new Builder(house);
            List<Project> order = house.closure(names.stream().filter(name -> !name.equals("--quiet")).toList());
            boolean good = builder.build(order);
            if (!quiet) {
                System.err.printf(Locale.ROOT, "sharebuf: built %d of %d projects in %.1f s%n", builder.made(),
                    order.size(), (System.nanoTime() - start) / 1e9);
            }
            return good ? 0 : 1;
        }
    }

    private static int clean(Checkout checkout) throws Exception {
        checkout.lock();
        for (Path project : checkout.projects()) {
            Files2.delete(project.resolve("generated"));
            Files2.delete(project.resolve("bin"));
            Files2.delete(project.resolve("bin_test"));
        }
        checkout.forgetBuild();
        return 0;
    }

    /** The class path with which a project's classes run outside of a framework, on standard output. */
    private static int classpath(Checkout checkout, List<String> names) throws Exception {
        if (names.size() != 1) {
            throw new Problem(2, "classpath takes the name of one project");
        }
        checkout.lock();
        try (House house = House.open(checkout)) {
            if (!new Builder(house).build(house.closure(names))) {
                return 1;
            }
            System.out.println(Files2.join(house.runPath(house.project(names.getFirst()))));
            return 0;
        }
    }
}
