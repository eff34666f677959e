package sharebuf.build;

import aQute.bnd.build.Project;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A digest over all that a result is made from. Contents count, not times: a checkout of another branch and back is no
 * change. Kept beside the result; a result whose fingerprint differs is made again from nothing.
 */
final class Fingerprint {
    private static final Set<String> MADE = Set.of("generated", "bin", "bin_test");

    private final MessageDigest digest = Files2.digest();

    /** What counts for every project: the instructions, the pinned artifacts, the build, the JDK. */
    static String ofWorkspace(Checkout checkout) throws IOException {
        Fingerprint print = new Fingerprint().text(Runtime.version().toString());
        for (String name : List.of("bnd.bnd", "LICENSE", "cnf/build.bnd", "cnf/pom.xml", "cnf/ext", "cnf/includes",
            "cnf/driver/src")) {
            print.tree(checkout.root, checkout.root.resolve(name), Set.of());
        }
        return print.value();
    }

    /** The inputs of a project's jar, without its dependencies. */
    static Fingerprint ofProject(Checkout checkout, Project project, String workspace) throws IOException {
        Path folder = House.folder(project);
        Fingerprint print = new Fingerprint().text(workspace);
        print.tree(folder, folder, Set.of("generated", "bin", "bin_test", "test", "README.md"));
        String more = project.mergeProperties("inputs");
        if (more != null) {
            for (String name : more.split("\\s*,\\s*")) {
                print.tree(checkout.root, Path.of(name), MADE);
            }
        }
        if (House.kind(project).equals("api")) {
            print.tree(checkout.root, checkout.root.resolve("cnf/release"), Set.of());
        }
        return print;
    }

    Fingerprint text(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return this;
    }

    /** All files below {@code folder}, by name relative to {@code root}; {@code without} are names directly in it. */
    Fingerprint tree(Path root, Path folder, Set<String> without) throws IOException {
        if (Files.isRegularFile(folder)) {
            return file(root, folder);
        }
        if (!Files.isDirectory(folder)) {
            return this;
        }
        List<Path> entries;
        try (var list = Files.list(folder)) {
            entries = list.filter(entry -> !without.contains(entry.getFileName().toString())).sorted().toList();
        }
        for (Path entry : entries) {
            for (Path file : Files2.below(entry, path -> true)) {
                file(root, file);
            }
        }
        return this;
    }

    private Fingerprint file(Path root, Path file) throws IOException {
        text(root.relativize(file).toString());
        digest.update(Files2.digest().digest(Files.readAllBytes(file)));
        return this;
    }

    String value() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
