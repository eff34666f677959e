package sharebuf.acceptance;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A bundle of one class with one component, made from its source by hand. */
final class HandmadeJar {
    private HandmadeJar() {
    }

    /**
     * Compiles and packs it.
     *
     * @param folder where to
     * @param kind of plug-in
     * @param service its interface
     * @param imports packages of the contracts
     * @param body of the class {@code vendor.Mine}, which implements the interface
     * @return the jar
     */
    static Path of(Path folder, String kind, String service, List<String> imports, String body) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String source = "package vendor; public final class Mine implements " + service + " { " + body + " }";
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///vendor/Mine.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        String api = Call.home().resolve("allocator.api/generated/allocator.api.jar").toString();
        boolean compiled = ToolProvider.getSystemJavaCompiler().getTask(null, null, null, List.of("-d", classes.toString(), "-proc:none", "-classpath", api), null, List.of(file)).call();
        if (!compiled) {
            throw new IOException("cannot compile " + source);
        }
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "vendor.mine");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Service-Component", "OSGI-INF/mine.xml");
        main.putValue("Import-Package", String.join(",", imports.stream().map(p -> p + ";version=\"[1,2)\"").toList()));
        main.putValue("Provide-Capability", "sharebuf.plugin;kind=" + kind + ";pid=vendor.mine");
        Path jar = folder.resolve("mine.jar");
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream packed = new JarOutputStream(out, manifest)) {
            packed.putNextEntry(new JarEntry("vendor/Mine.class"));
            packed.write(Files.readAllBytes(classes.resolve("vendor/Mine.class")));
            packed.putNextEntry(new JarEntry("OSGI-INF/mine.xml"));
            packed.write(("<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='vendor.mine' configuration-policy='require'><implementation class='vendor.Mine'/>"
                    + "<service><provide interface='" + service + "'/></service></scr:component>").getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }
}
