package sharebuf.build;

import aQute.bnd.build.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * The list of bundles there are, for the application and for tests: one line per bundle, {@code name version sha256 path},
 * separated by tabs, sorted by name. Bundles of the workspace, and those of the pinned artifacts.
 */
final class BundleIndex {

    private BundleIndex() {
    }

    static void write(House house) throws Exception {
        Path index = house.checkout.index();
        Map<String, String> known = known(index);
        Map<String, String> lines = new TreeMap<>();
        for (Path artifact : Artifacts.files(house.checkout)) {
            add(lines, artifact, known);
        }
        for (Project project : house.projects()) {
            if (Files.exists(House.jar(project))) {
                add(lines, House.jar(project), known);
            }
        }
        String content = String.join("\n", lines.values()) + "\n";
        if (!Files.exists(index) || !Files.readString(index).equals(content)) {
            Files2.write(index, content);
        }
    }

    /** Lines of the last index by path. Artifacts of Maven never change; our own jars are read again when they are newer. */
    private static Map<String, String> known(Path index) throws IOException {
        Map<String, String> known = new HashMap<>();
        if (Files.exists(index)) {
            for (String line : Files.readAllLines(index)) {
                Path jar = Path.of(line.substring(line.lastIndexOf('\t') + 1));
                if (Files.exists(jar)
                    && Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(index)) < 0) {
                    known.put(jar.toString(), line);
                }
            }
        }
        return known;
    }

    private static void add(Map<String, String> lines, Path jar, Map<String, String> known) throws IOException {
        String line = known.get(jar.toString());
        if (line == null) {
            line = describe(jar);
        }
        if (line != null) {
            List<String> fields = List.of(line.split("\t"));
            lines.put(fields.get(0) + "\t" + fields.get(1), line);
        }
    }

    /** The line of a jar, or null when it is no bundle. */
    private static String describe(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            Attributes main = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String name = main.getValue("Bundle-SymbolicName");
            if (name == null) {
                return null;
            }
            int directive = name.indexOf(';');
            String bsn = (directive < 0 ? name : name.substring(0, directive)).strip();
            String version = main.getValue("Bundle-Version");
            return String.join("\t", bsn, version == null ? "0" : version.strip(), Files2.sha256(jar), jar.toString());
        }
    }
}
