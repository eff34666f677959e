package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The core needs no plug-in: without any of them, and without the tests of the broker that use them, the rest builds and runs. */
class NoVendorTest {
    private static final String BARE = """
            {"feature-resource-version": "1.0", "id": "test:bare:1", "name": "bare", "bundles": [],
             "configurations": {"sharebuf.sim.memory~dram": {"base": "0x0", "size": "16MiB"},
               "sharebuf.sim.region~pool": {"sharebuf.region": "pool", "base": "0x0", "size": "8MiB", "seat": "vacant"}}}
            """;

    @TempDir
    Path folder;

    @Test
    @DisplayName("a workspace without plug-ins builds, and a board without plug-ins comes up")
    void buildsAndRuns() throws IOException {
        Path bare = folder.resolve("workspace");
        Tree.copy(Call.home(), bare, name -> !name.matches("(allocator|mapops|importer|exporter)\\.(?!api$).*|broker\\.test|samples|acceptance"));
        assertThat(bare.resolve("broker")).exists();
        assertThat(bare.resolve("allocator.cma")).doesNotExist();
        List<String> sharebuf = List.of(bare.resolve("sharebuf").toString());
        Call built = Call.of(folder, sharebuf, "build");
        assertThat(built.exit()).as(built.told()).isZero();
        Files.writeString(folder.resolve("bare.json"), BARE);
        Call served = Call.of(folder, sharebuf, "serve", "bare.json");
        assertThat(served.exit()).as(served.told()).isZero();
        Call run = Call.of(folder, sharebuf, "run", "raspberrypi-4", "--frames", "1");
        assertThat(run.exit()).as(run.told()).isEqualTo(2);
        assertThat(run.err()).contains("allocator.generic");
    }
}
