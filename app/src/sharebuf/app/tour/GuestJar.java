package sharebuf.app.tour;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes bundles of a few classes that see nothing but {@code allocator.api} and the framework. Stateless. */
final class GuestJar {
    static final String PACKAGE = "sharebuf.app.tour.guest.";

    private GuestJar() {
    }

    /**
     * Packs a bundle.
     *
     * @param file where
     * @param name its symbolic name
     * @param activator simple name of its activator
     * @param others simple names of its other classes
     * @param imports packages that it sees beside the framework's
     */
    static void pack(Path file, String name, String activator, List<String> others, List<String> imports) throws IOException {
        List<String> classes = new ArrayList<>(List.of(activator));
        classes.addAll(others);
        pack(file, name, Map.of("Bundle-Activator", PACKAGE + activator, "Import-Package", "org.osgi.framework," + String.join(",", imports)), classes, Map.of());
    }

    /**
     * Packs a bundle.
     *
     * @param file where
     * @param name its symbolic name
     * @param headers more of its manifest
     * @param classes simple names of its classes
     * @param texts its other entries, by path
     */
    static void pack(Path file, String name, Map<String, String> headers, List<String> classes, Map<String, String> texts) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", "1.0.0");
        headers.forEach(main::putValue);
        try (OutputStream out = Files.newOutputStream(file); JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (String each : classes) {
                String path = "guest/" + each + ".class";
                jar.putNextEntry(new JarEntry("sharebuf/app/tour/" + path));
                try (InputStream in = Objects.requireNonNull(GuestJar.class.getResourceAsStream(path), path)) {
                    in.transferTo(jar);
                }
                jar.closeEntry();
            }
            for (Map.Entry<String, String> each : texts.entrySet()) {
                jar.putNextEntry(new JarEntry(each.getKey()));
                jar.write(each.getValue().getBytes(StandardCharsets.UTF_8));
                jar.closeEntry();
            }
        }
    }
}
