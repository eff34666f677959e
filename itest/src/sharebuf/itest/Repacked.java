package sharebuf.itest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Built plug-ins under names and versions of their own. */
final class Repacked {
    private Repacked() {
    }

    /** The jar of a project. */
    static Path built(String project) {
        return Path.of(System.getProperty("sharebuf.home"), project, "generated", project + ".jar");
    }

    /**
     * A copy of a built plug-in.
     *
     * @param to appears at once and whole, as a careful installer puts it there
     */
    static void copy(String project, Path to, String name, String version) throws IOException {
        copy(project, to, manifest -> manifest.replace("Bundle-SymbolicName: " + project, "Bundle-SymbolicName: " + name)
                .replace("Bundle-Version: 0.1.0", "Bundle-Version: " + version));
    }

    static void copy(String project, Path to, java.util.function.UnaryOperator<String> change) throws IOException {
        Path part = to.resolveSibling("." + to.getFileName());
        try (ZipFile in = new ZipFile(built(project).toFile()); OutputStream file = Files.newOutputStream(part); ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : in.stream().toList()) {
                byte[] content = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(entry.getName().equals("META-INF/MANIFEST.MF")
                        ? change.apply(new String(content, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8) : content);
            }
        }
        Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
