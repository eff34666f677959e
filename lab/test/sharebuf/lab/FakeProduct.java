package sharebuf.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A built product of five jars: two that the launcher starts with, one of its list, a plug-in, and a library that is no bundle of use. */
final class FakeProduct {
    private final Path home;

    FakeProduct(Path home) throws IOException {
        this.home = home;
        StringBuilder index = new StringBuilder();
        for (String name : List.of("app", "core", "library", "org.apache.felix.framework", "plugin")) {
            Path jar = home.resolve(name + ".jar");
            write(jar, name);
            index.append(String.join("\t", name, "1.0", sha256(jar), jar.toString())).append('\n');
        }
        Files.writeString(index(), index);
        Files.createDirectories(home.resolve("boards"));
        Files.writeString(home.resolve("boards/a.json"), "{}");
    }

    Path index() {
        return home.resolve("bundles.index");
    }

    /** What sha256sum says of it in a guest. */
    List<String> sums(Product product) {
        return product.bundles().stream().map(each -> each.sha256() + "  /" + Product.guestPath(each)).toList();
    }

    static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path jar, String name) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
        if (name.equals("plugin")) {
            manifest.getMainAttributes().putValue("Service-Component", "OSGI-INF/x.xml");
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            if (name.equals("app")) {
                out.putNextEntry(new ZipEntry("sharebuf/app/launch/bundles.txt"));
                out.write("# the core\ncore\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
