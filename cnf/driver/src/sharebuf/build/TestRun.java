package sharebuf.build;

import aQute.bnd.build.Project;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The command {@code test}: builds, runs the driver's own tests, every project's unit tests and the tests inside the
 * framework, and compares what ran with what exists. A name is a project, or part of {@code class#method}.
 */
final class TestRun {
    private static final String OWN = "cnf";

    private final Checkout checkout;
    private final List<Result> results = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    /** Words of {@link #names} that meant a test; each has to mean one. */
    private final Set<String> found = new HashSet<>();
    private PrintStream out = System.out;
    private Path json;
    private Path scratch;

    TestRun(Checkout checkout) {
        this.checkout = checkout;
    }

    int run(List<String> arguments) throws Exception {
        if (!parse(arguments)) {
            return 0;
        }
        checkout.lock();
        Files.createDirectories(checkout.cache());
        scratch = Files.createTempDirectory(checkout.cache(), "test.");
        try (House house = House.open(checkout)) {
            all(house);
        } finally {
            keepOutput();
        }
        return finish();
    }

    private boolean parse(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--help")) {
                System.out.println("usage: ./sharebuf test [--json FILE] [NAME...]\n"
                    + "NAME is a project, or part of CLASS#METHOD. Without: every test.");
                return false;
            } else if (argument.equals("--json") && i + 1 < arguments.size()) {
                json = Path.of(arguments.get(++i));
                // Standard output then belongs to the JSON alone.
                out = json.toString().equals("-") ? System.err : System.out;
            } else if (argument.startsWith("-")) {
                throw new Problem(2, "test does not know " + argument);
            } else {
                names.add(argument);
            }
        }
        return true;
    }

    private void all(House house) throws Exception {
        List<Project> chosen = new ArrayList<>();
        for (Project project : house.projects()) {
            if (isMeant(project) && hasTests(project)) {
                chosen.add(project);
            }
        }
        Builder builder = new Builder(house);
        build(house, builder, chosen);
        List<Project> ready = new ArrayList<>();
        for (Project project : chosen) {
            if (!builder.isGood(project)) {
                continue;
            }
            if (House.kind(project).equals("itest") || builder.compileTests(project)) {
                ready.add(project);
            } else {
                fail(project.getName(), "the tests do not compile, see above");
            }
        }
        checkout.unlock();
        ownTests();
        for (Project project : ready) {
            if (!House.kind(project).equals("itest")) {
                unitTests(house, project);
            }
        }
        for (Project project : ready) {
            if (House.kind(project).equals("itest")) {
                frameworkTests(house, project);
            }
        }
    }

    /**
     * Builds everything when nothing is named, else what the chosen tests need; what of that does not build is a failure.
     * Test bundles run with bundles that are on no class path and only resolved later: then all is built, as far as it goes.
     */
    private void build(House house, Builder builder, List<Project> chosen) throws Exception {
        Set<String> needed = new LinkedHashSet<>();
        for (Project project : chosen) {
            needed.add(project.getName());
            House.testNeeds(project).forEach(each -> needed.add(each.getName()));
        }
        if (!names.isEmpty() && needed.isEmpty()) {
            return;
        }
        boolean all = names.isEmpty() || chosen.stream().anyMatch(project -> House.kind(project).equals("itest"));
        builder.build(house.closure(all ? List.of() : needed));
        for (Project project : house.closure(names.isEmpty() ? List.of() : needed)) {
            if (!builder.isGood(project)) {
                fail(project.getName(), "does not build, see above");
            }
        }
    }

    private boolean isMeant(Project project) throws Exception {
        if (names.isEmpty() || names.contains(project.getName())) {
            return true;
        }
        for (Path source : Files2.below(tests(project), ".java")) {
            String type = tests(project).relativize(source).toString().replace(".java", "").replace('/', '.');
            for (String word : words()) {
                String ofClass = word.contains("#") ? word.substring(0, word.indexOf('#')) : word;
                if (type.contains(ofClass) || Files.readString(source).contains(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Path tests(Project project) {
        return House.folder(project).resolve(House.kind(project).equals("itest") ? "src" : "test");
    }

    private static boolean hasTests(Project project) throws Exception {
        return !Files2.below(tests(project), ".java").isEmpty();
    }

    /** The names that are no projects: parts of the names of tests. */
    private List<String> words() {
        return names.stream().filter(name -> !name.equals(OWN))
            .filter(name -> !Files.exists(checkout.root.resolve(name).resolve("bnd.bnd"))).toList();
    }

    /** The words that hold within a project: none when it is named as a whole. */
    private List<String> wordsIn(String project) {
        return names.contains(project) ? List.of() : words();
    }

    private void unitTests(House house, Project project) throws Exception {
        String name = project.getName();
        Path classes = project.getTestOutput().toPath();
        List<Path> classPath = house.testPath(project);
        long start = System.nanoTime();
        Set<String> exist = existing(classes, classPath, wordsIn(name));
        if (exist.isEmpty()) {
            if (names.isEmpty()) {
                fail(name, "has a folder test/ without a single test");
            }
            return;
        }
        List<Result> ran = UnitTests.run(name, House.folder(project), classes, classPath,
            List.of("-Dsharebuf.index=" + checkout.index(), "-Dsharebuf.home=" + checkout.root), wordsIn(name),
            Files.createDirectories(scratch.resolve(name)));
        account(name, exist, ran, start);
    }

    private void frameworkTests(House house, Project project) throws Exception {
        String name = project.getName();
        List<Path> classPath = new ArrayList<>(house.compilePath(project));
        classPath.add(project.getSrcOutput().toPath());
        long start = System.nanoTime();
        List<String> words = wordsIn(name);
        Set<String> exist = existing(project.getSrcOutput().toPath(), classPath, words);
        if (exist.isEmpty()) {
            if (names.isEmpty()) {
                fail(name, "is a test bundle without a single test");
            }
            return;
        }
        try {
            List<Result> ran = FrameworkTests.run(house, project, exist, words.isEmpty(),
                Files.createDirectories(scratch.resolve(name)));
            account(name, exist, ran, start);
        } catch (Problem e) {
            fail(name, e.getMessage());
        }
    }

    /** The tests of the build itself, beside its sources. */
    private void ownTests() throws Exception {
        Path source = checkout.root.resolve("cnf/driver/test");
        if (Files2.below(source, ".java").isEmpty() || !names.isEmpty() && !names.contains(OWN) && words().isEmpty()) {
            return;
        }
        OwnTests own = new OwnTests(checkout, source);
        long start = System.nanoTime();
        Set<String> exist = matching(own.exist(), wordsIn(OWN));
        if (exist.isEmpty()) {
            return;
        }
        account(OWN, exist, own.run(wordsIn(OWN), Files.createDirectories(scratch.resolve(OWN))), start);
    }

    private Set<String> existing(Path classes, List<Path> classPath, List<String> words) throws Exception {
        return matching(Inventory.of(classes, classPath), words);
    }

    private Set<String> matching(Set<String> tests, List<String> words) {
        Set<String> matching = new TreeSet<>();
        for (String test : tests) {
            if (words.isEmpty() || words.stream().anyMatch(test::contains)) {
                matching.add(test);
                // A word also means a test of a project that is named as a whole.
                words().stream().filter(test::contains).forEach(found::add);
            }
        }
        return matching;
    }

    /** Takes over what ran; a test that exists and did not run is a failure. Tells how the project did. */
    private void account(String project, Set<String> exist, List<Result> ran, long start) {
        List<Result> all = new ArrayList<>(ran);
        Set<String> seen = new HashSet<>();
        ran.forEach(result -> seen.add(result.type() + "#" + result.method()));
        for (String test : exist) {
            if (!seen.contains(test)) {
                all.add(new Result(Result.Status.FAILED, test.substring(0, test.indexOf('#')),
                    test.substring(test.indexOf('#') + 1), test, 0, "exists, but did not run"));
            }
        }
        results.addAll(all);
        out.printf(Locale.ROOT, "%-24s %5d passed %3d failed %3d skipped  %5.1f s%n", project,
            count(all, Result.Status.PASSED), count(all, Result.Status.FAILED), count(all, Result.Status.SKIPPED),
            (System.nanoTime() - start) / 1e9);
        for (Result result : all) {
            if (result.status() == Result.Status.FAILED) {
                out.println("  FAILED " + result.type() + "#" + result.method() + " " + result.name());
                result.detail().lines().forEach(line -> out.println("    " + line));
            } else if (result.status() == Result.Status.SKIPPED) {
                out.println("  skipped " + result.name() + ": " + reason(result));
            }
        }
        out.flush();
    }

    /** Why a test was skipped, in one line, without the name of the exception that an assumption throws. */
    private static String reason(Result result) {
        return result.detail().lines().findFirst().orElse("").replaceFirst("^[\\w.]+Exception: (Assumption failed: )?", "");
    }

    private void fail(String project, String why) {
        results.add(new Result(Result.Status.FAILED, project, "", project, 0, why));
        out.printf(Locale.ROOT, "%-24s FAILED: %s%n", project, why);
    }

    private static long count(List<Result> results, Result.Status status) {
        return results.stream().filter(result -> result.status() == status).count();
    }

    /** What the test JVMs printed stays until the next run; the rest of the scratch goes. */
    private void keepOutput() throws Exception {
        Path kept = checkout.cache().resolve("test-output");
        Files2.delete(kept);
        Files.createDirectories(kept);
        for (Path output : Files2.below(scratch, path -> path.endsWith("output.txt"))) {
            Files.move(output, kept.resolve(output.getParent().getFileName() + ".txt"));
        }
        Files2.delete(scratch);
    }

    private int finish() throws Exception {
        long passed = count(results, Result.Status.PASSED);
        long skipped = count(results, Result.Status.SKIPPED);
        for (String word : words()) {
            if (!found.contains(word)) {
                fail(word, "there is no such test");
            }
        }
        if (results.isEmpty()) {
            fail(String.join(" ", names.isEmpty() ? List.of("test") : names), "there is no test");
        }
        long failed = count(results, Result.Status.FAILED);
        if (json != null) {
            TestReport.write(json, results);
        }
        out.println(passed + " passed, " + failed + " failed" + (skipped > 0 ? ", " + skipped + " skipped" : ""));
        return failed > 0 ? 1 : 0;
    }
}
