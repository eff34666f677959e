package sharebuf.app.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WiredJarTest {
    @TempDir
    Path folder;

    private static Path built(String project) {
        return Path.of(System.getProperty("sharebuf.home"), project, "generated", project + ".jar");
    }

    @Test
    @DisplayName("each method that the core calls asks the wire first, what applications call does not; the rest of the jar is as it was")
    void wired() throws Exception {
        WiredJar wired = WiredJar.of(built("importer.v4l2"));
        assertThat(wired.methods()).contains("adopt", "uses", "attached", "detached", "moveNotify").doesNotContain("queue", "dequeue", "map", "streamOn");
        assertThat(WiredJar.of(built("allocator.cma")).methods()).contains("adopt", "offer", "place", "released").doesNotContain("<init>");
        boolean tripwire = false;
        String text = "";
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(wired.jar()))) {
            assertThat(in.getManifest().getMainAttributes().getValue("Import-Package")).endsWith(",org.osgi.framework");
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                tripwire |= entry.getName().equals("sharebuf/app/soak/trip/Tripwire.class");
                if (entry.getName().equals("sharebuf/importer/v4l2/V4l2Importer.class")) {
                    ClassModel component = ClassFile.of().parse(in.readAllBytes());
                    assertThat(ClassFile.of().verify(component)).isEmpty();
                    text = component.methods().stream().filter(m -> m.methodName().equalsString("uses")).findFirst().orElseThrow().toDebugString();
                }
            }
        }
        assertThat(tripwire).isTrue();
        assertThat(text).contains("pass", "Tripwire");
    }

    @Test
    @DisplayName("a jar without components is refused")
    void noComponents() throws IOException {
        Path jar = folder.resolve("plain.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        assertThatThrownBy(() -> WiredJar.of(jar)).isInstanceOf(IOException.class).hasMessageContaining("no component");
    }
}
