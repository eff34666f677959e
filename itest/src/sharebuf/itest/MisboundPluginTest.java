package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.condition.Condition;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Variable;

/** A plug-in whose reference to its region has a name that nobody targets, and what a board says of its variables. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class MisboundPluginTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    Deployer deployer;
    @TempDir
    Path folder;
    private Path jar;

    @BeforeEach
    void breakPlugin() throws IOException {
        jar = folder.resolve("broken.jar");
        Path good = Path.of(System.getProperty("sharebuf.home"), "allocator.cma/generated/allocator.cma.jar");
        try (ZipFile in = new ZipFile(good.toFile()); OutputStream file = Files.newOutputStream(jar); ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : in.stream().toList()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(broken(entry.getName(), in.getInputStream(entry).readAllBytes()));
            }
        }
    }

    /** The same plug-in under a name of its own, its reference misspelt. */
    private static byte[] broken(String entry, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (entry.equals("META-INF/MANIFEST.MF")) {
            return text.replace("Bundle-SymbolicName: allocator.cma", "Bundle-SymbolicName: broken").getBytes(StandardCharsets.UTF_8);
        }
        if (entry.startsWith("OSGI-INF/") && entry.endsWith(".xml") && text.contains("name=\"region\"")) {
            return text.replace("name=\"region\"", "name=\"regio\"").getBytes(StandardCharsets.UTF_8);
        }
        return content;
    }

    @AfterEach
    void down() {
        deployer.takeDown();
        assertThat(Arrays.stream(context.getBundles()).map(b -> b.getSymbolicName())).doesNotContain("broken");
    }

    @Test
    @DisplayName("is not installed into a running board")
    void isNotInstalled() throws BoardException {
        deployer.bringUp(board("raspberrypi-4"), Map.of(), LIMIT);
        Deployer.Change change = deployer.install(jar);
        assertThat(change.done()).isFalse();
        assertThat(change.message()).contains("broken", "'regio'", "must be named 'region'");
    }

    @Test
    @DisplayName("is refused when a board names it")
    void isRefusedByABoard() throws Exception {
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        Path file = Files.writeString(folder.resolve("board.json"), Files.readString(board("raspberrypi-4")).replace(
                "{\"id\": \"org.sharebuf:allocator.cma:0.1.0\"}", "{\"id\": \"x:broken:0.1.0\", \"location\": \"file:broken.jar\", \"sha256\": \"" + digest + "\"}"));
        assertThatThrownBy(() -> deployer.bringUp(file, Map.of(), LIMIT)).isInstanceOf(BoardException.class)
                .hasMessageContaining("sharebuf.allocator.cma~cma").hasMessageContaining("must be named 'region'");
    }

    @Test
    @DisplayName("fails the conformance kit")
    @SuppressWarnings("unchecked")
    void failsTheKit() throws Exception {
        Bundle kit = context.installBundle(Path.of(System.getProperty("sharebuf.home"), "tck/generated/tck.jar").toUri().toString());
        try {
            kit.start();
            ServiceReference<?> check = context.getServiceReferences(ToIntFunction.class, "(sharebuf.command=check)").iterator().next();
            Path report = folder.resolve("report.json");
            ToIntFunction<String[]> command = (ToIntFunction<String[]>) context.getService(check);
            assertThat(command.applyAsInt(new String[] {jar.toString(), "--json", report.toString()})).isEqualTo(1);
            assertThat(Files.readString(report)).contains("bound to tck-decoy by its reference 'regio'");
        } finally {
            kit.uninstall();
        }
    }

    @Test
    @DisplayName("a variable's range is told to whoever knows the deployer, and to whoever knows services only")
    void variablesAreTold() throws Exception {
        deployer.bringUp(board("raspberrypi-4"), Map.of("cma", "128MiB"), LIMIT);
        Variable cma = deployer.variable("cma").orElseThrow();
        assertThat(cma.value()).isEqualTo("128MiB");
        assertThat(cma.range().orElseThrow()).isEqualTo(new Variable.Range(0, 736L << 20, 4096));
        assertThat(deployer.variable("speed")).isEmpty();
        ServiceReference<?> told = context.getServiceReferences(Condition.class, "(osgi.condition.id=" + Deployer.VARIABLES_CONDITION + ")")
                .iterator().next();
        assertThat(told.getProperty("cma.max")).isEqualTo("736MiB");
        deployer.takeDown();
        assertThat(deployer.variable("cma")).isEmpty();
        assertThat(context.getServiceReferences(Condition.class, "(osgi.condition.id=" + Deployer.VARIABLES_CONDITION + ")")).isEmpty();
        assertThatThrownBy(() -> deployer.bringUp(board("raspberrypi-4"), Map.of("cma", "800MiB"), LIMIT)).isInstanceOf(BoardException.class)
                .hasMessageContaining("option cma: 800MiB; allowed: 0 to 736MiB, a multiple of 4KiB");
    }

    private static Path board(String name) {
        return Path.of(System.getProperty("sharebuf.home"), "boards", name + ".json");
    }
}
