package sharebuf.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of the pinned artifacts. The launcher writes their list from what Maven resolved: one absolute path a line. */
final class Artifacts {

    private Artifacts() {
    }

    /** Where the list is; the driver's own tests, which build elsewhere, use the one of their checkout. */
    private static Path list(Checkout checkout) {
        String given = System.getProperty("sharebuf.artifacts");
        return given == null ? checkout.cache().resolve("artifacts.txt") : Path.of(given);
    }

    static List<Path> files(Checkout checkout) throws IOException {
        Path list = list(checkout);
        if (!Files.exists(list)) {
            throw new Problem(2, "the list of artifacts is missing; start the build through ./sharebuf");
        }
        return Files.readAllLines(list).stream().filter(line -> !line.isBlank()).map(Path::of).toList();
    }

    /** The artifact with this Maven name. */
    static Path file(Checkout checkout, String artifactId) throws IOException {
        for (Path file : files(checkout)) {
            if (file.getParent().getParent().endsWith(artifactId)) {
                return file;
            }
        }
        throw new Problem(2, "cnf/pom.xml does not name " + artifactId);
    }
}
