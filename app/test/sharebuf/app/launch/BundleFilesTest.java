package sharebuf.app.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleFilesTest {
    @TempDir
    Path folder;

    private Path index(String digest) throws Exception {
        Files.writeString(folder.resolve("a.jar"), "bytes");
        return Files.writeString(folder.resolve("index"), String.join("\t", "a", "1.0.0", digest, folder.resolve("a.jar").toString()) + "\n");
    }

    private static String digest(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void handsOutWhatTheIndexVouchesFor() throws Exception {
        BundleFiles files = new BundleFiles(index(digest("bytes")));
        assertThat(files.read("a")).hasValue("bytes".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(files.read("b")).isEmpty();
    }

    @Test
    void aJarThatChangedIsRefused() throws Exception {
        BundleFiles files = new BundleFiles(index(digest("other")));
        assertThatThrownBy(() -> files.read("a")).isInstanceOf(LaunchException.class).hasMessageContaining("a.jar: sha256 is " + digest("bytes"));
    }

    @Test
    void aJarThatIsGoneAndAnIndexThatIsNoneAreNamed() throws Exception {
        BundleFiles files = new BundleFiles(index(digest("bytes")));
        Files.delete(folder.resolve("a.jar"));
        assertThatThrownBy(() -> files.read("a")).isInstanceOf(LaunchException.class).hasMessageContaining("bundle a");
        assertThatThrownBy(() -> new BundleFiles(folder.resolve("none"))).isInstanceOf(LaunchException.class).hasMessageContaining("./sharebuf build");
        Path broken = Files.writeString(folder.resolve("broken"), "a\t1\n");
        assertThatThrownBy(() -> new BundleFiles(broken)).isInstanceOf(LaunchException.class).hasMessageContaining("broken:1: 2 fields");
    }

    @Test
    void aCommandGetsTheCommonBundlesAndItsOwn() {
        List<String> lines = List.of("# x", "", "a", "serve: b", " c ", "run: d");
        assertThat(CoreBundles.select(lines, "serve")).containsExactly("a", "b", "c");
        assertThat(CoreBundles.select(lines, "run")).containsExactly("a", "c", "d");
        assertThat(CoreBundles.of("serve")).contains("broker", "deploy", "console").doesNotHaveDuplicates();
        assertThat(CoreBundles.of("run")).contains("broker", "deploy").doesNotContain("console");
    }
}
