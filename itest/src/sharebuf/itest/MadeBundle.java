package sharebuf.itest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Bundles made at run time from classes of this one: what is loaded from there is another class, with a loader of its own. */
public final class MadeBundle {
    private MadeBundle() {
    }

    /**
     * A jar.
     *
     * @param name symbolic name
     * @param version its version
     * @param activator loaded from the jar; its nested classes are put in as {@code more}
     * @param imports packages with commas between
     * @param headers name and value, one after another
     * @param more further classes
     * @return its bytes
     */
    public static InputStream of(String name, String version, Class<?> activator, String imports, String[] headers, Class<?>... more) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", version);
        main.putValue("Bundle-Activator", activator.getName());
        main.putValue("Import-Package", imports);
        for (int i = 0; i < headers.length; i += 2) {
            main.putValue(headers[i], headers[i + 1]);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            put(jar, activator);
            for (Class<?> each : more) {
                put(jar, each);
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void put(JarOutputStream jar, Class<?> type) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(file));
        try (InputStream in = Objects.requireNonNull(type.getClassLoader().getResourceAsStream(file), file)) {
            in.transferTo(jar);
        }
        jar.closeEntry();
    }
}
