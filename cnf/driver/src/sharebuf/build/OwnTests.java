package sharebuf.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;

/** Compiles and runs the tests of the driver, with the driver's own class path. */
final class OwnTests {
    private final Checkout checkout;
    private final Path source;
    private final Path classes;
    private final List<Path> classPath = new ArrayList<>();

    OwnTests(Checkout checkout, Path source) throws Exception {
        this.checkout = checkout;
        this.source = source;
        this.classes = checkout.cache().resolve("driver-test");
        classPath.add(classes);
        for (String each : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            classPath.add(Path.of(each));
        }
        classPath.add(Artifacts.file(checkout, "assertj-core"));
        classPath.add(Artifacts.file(checkout, "byte-buddy"));
        compile();
    }

    private void compile() throws Exception {
        Files2.delete(classes);
        List<String> command = new ArrayList<>(List.of("--release", "25", "-encoding", "UTF-8", "-proc:none",
            "-cp", Files2.join(classPath), "-d", classes.toString()));
        Files2.below(source, ".java").forEach(file -> command.add(file.toString()));
        int exit = ToolProvider.findFirst("javac").orElseThrow().run(System.err, System.err,
            command.toArray(String[]::new));
        if (exit != 0) {
            throw new Problem("the tests of cnf/driver do not compile");
        }
        Files.createDirectories(classes);
    }

    Set<String> exist() throws Exception {
        return Inventory.of(classes, classPath);
    }

    List<Result> run(List<String> words, Path scratch) throws Exception {
        return UnitTests.run("cnf", checkout.root, classes, classPath, List.of(
            "-Dsharebuf.home=" + checkout.root,
            "-Dsharebuf.artifacts=" + System.getProperty("sharebuf.artifacts"),
            "-Dmaven.repo.local=" + System.getProperty("maven.repo.local")), words, scratch);
    }
}
