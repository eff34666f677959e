package sharebuf.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A released contract cannot change silently. Builds a small workspace with the real cnf in a folder of its own. */
class BaselineTest {
    private static final String PLUG = """
        package demo;

        /** What plug-ins implement. */
        @org.osgi.annotation.versioning.ConsumerType
        public interface Plug {
            /** Present from the beginning. */
            void old();
            %s
        }
        """;

    @TempDir
    Path root;

    private Path plug;

    @BeforeEach
    void workspace() throws IOException {
        Path home = Path.of(System.getProperty("sharebuf.home"));
        for (String name : List.of("bnd.bnd", "LICENSE", "cnf/build.bnd", "cnf/pom.xml", "cnf/ext", "cnf/includes")) {
            if (Files.isDirectory(home.resolve(name))) {
                Files2.copyTree(home.resolve(name), root.resolve(name));
            } else {
                Files.createDirectories(root.resolve(name).getParent());
                Files.copy(home.resolve(name), root.resolve(name));
            }
        }
        Files.createDirectories(root.resolve("cnf/release"));
        Path source = Files.createDirectories(root.resolve("demo.api/src/demo"));
        Files.writeString(root.resolve("demo.api/bnd.bnd"),
            "Bundle-Description: A contract\n-include: ${workspace}/cnf/includes/api.bnd\n");
        plug = source.resolve("Plug.java");
        Files.writeString(plug, PLUG.formatted(""));
        version("1.0.0");
    }

    private void version(String version) throws IOException {
        Files.writeString(plug.resolveSibling("package-info.java"),
            "@org.osgi.annotation.bundle.Export\n@org.osgi.annotation.versioning.Version(\"" + version
                + "\")\npackage demo;\n");
    }

    private record Outcome(int exit, String said) {
    }

    private Outcome run(String command) {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream caught = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setErr(caught);
            int exit = Main.run(root, List.of(command));
            return new Outcome(exit, said.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    @Test
    @DisplayName("an abstract method more in a published consumer type fails the build until the package is a major version on")
    void abstractMethodInConsumerTypeFails() throws IOException {
        assertThat(run("build")).returns(0, Outcome::exit);
        assertThat(run("release")).returns(0, Outcome::exit);
        assertThat(root.resolve("cnf/release/demo.api/demo.api-0.1.0.jar")).exists();
        assertThat(run("build")).as("the same again").returns(0, Outcome::exit);

        Files.writeString(plug, PLUG.formatted("void more();"));
        Outcome broken = run("build");
        assertThat(broken.exit()).as(broken.said()).isEqualTo(1);
        assertThat(broken.said()).contains("demo.api").contains("MAJOR").contains("2.0.0");
        assertThat(root.resolve("demo.api/generated/demo.api.jar")).as("no jar that breaks the contract").doesNotExist();

        version("2.0.0");
        Outcome bumped = run("build");
        assertThat(bumped.exit()).as(bumped.said()).isZero();
    }

    @Test
    @DisplayName("a default method more in a published consumer type asks for a minor version only")
    void defaultMethodInConsumerTypeIsMinor() throws IOException {
        assertThat(run("release")).returns(0, Outcome::exit);
        Files.writeString(plug, PLUG.formatted("default void more() { }"));
        Outcome broken = run("build");
        assertThat(broken.exit()).as(broken.said()).isEqualTo(1);
        assertThat(broken.said()).contains("MINOR").contains("1.1.0");
        version("1.1.0");
        Outcome bumped = run("build");
        assertThat(bumped.exit()).as(bumped.said()).isZero();
    }
}
