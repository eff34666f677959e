package sharebuf.itest.swap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import sharebuf.itest.swap.trap.Trap;

/** Jars that tests make. Stateless. */
final class Jars {
    private static final String COMPONENT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="NAME" configuration-policy="require">
              <implementation class="sharebuf.itest.swap.trap.Trap"/>
              <service><provide interface="sharebuf.allocator.Allocator"/></service>
              <reference name="region" interface="sharebuf.memory.MemoryRegion" bind="setRegion"/>
            </scr:component>
            """;

    private Jars() {
    }

    /** The trap as a bundle of its own. */
    static Path trap(Path folder, String version, UnaryOperator<String> manifest) throws IOException {
        String text = manifest.apply("""
                Manifest-Version: 1.0
                Bundle-ManifestVersion: 2
                Bundle-SymbolicName: trap
                Bundle-Version: %s
                Service-Component: OSGI-INF/trap.xml
                Import-Package: sharebuf.allocator;version="[1,2)",sharebuf.buffer;version="[1,2)",sharebuf.memory;version="[1,2)",sharebuf.plugin;version="[1,2)",org.osgi.framework
                Provide-Capability: sharebuf.plugin;kind=allocator;pid="trap.allocator"
                """.formatted(version));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/MANIFEST.MF", folded(text));
        entries.put("OSGI-INF/trap.xml", COMPONENT.replace("NAME", "trap.allocator").getBytes(StandardCharsets.UTF_8));
        String type = Trap.class.getName().replace('.', '/') + ".class";
        try (InputStream in = Trap.class.getClassLoader().getResourceAsStream(type)) {
            entries.put(type, in.readAllBytes());
        }
        return Files.write(folder.resolve("trap-" + version + ".jar"), jar(entries));
    }

    /** A manifest's lines are at most 72 bytes long. */
    private static byte[] folded(String text) {
        StringBuilder out = new StringBuilder();
        for (String line : text.lines().toList()) {
            String left = line;
            while (left.length() > 70) {
                out.append(left, 0, 70).append('\n');
                left = " " + left.substring(70);
            }
            out.append(left).append('\n');
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] jar(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** A jar of the product. */
    static Path product(String bundle) {
        return Path.of(System.getProperty("sharebuf.home"), bundle, "generated", bundle + ".jar");
    }

    /** The same jar under another version. */
    static byte[] versioned(Path jar, String version) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile in = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : in.stream().filter(e -> !e.isDirectory()).toList()) {
                byte[] content = in.getInputStream(entry).readAllBytes();
                entries.put(entry.getName(), entry.getName().equals("META-INF/MANIFEST.MF") ? new String(content, StandardCharsets.UTF_8)
                        .replaceFirst("Bundle-Version: .*", "Bundle-Version: " + version).getBytes(StandardCharsets.UTF_8) : content);
            }
        }
        return jar(entries);
    }
}
