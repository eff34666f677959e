package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in made outside the workspace by plain Maven against the published contracts, from its folder to a running board. */
class OutsidePluginTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("built by Maven, checked by the kit, installed in the middle of a run, and used")
    void fromFolderToBoard() throws IOException {
        Call published = Call.of(folder, "publish");
        assertThat(published.exit()).as(published.told()).isZero();
        Tree.copy(Call.home().resolve("samples/bottomup"), folder.resolve("bottomup"), name -> true);
        List<String> maven = new ArrayList<>(List.of("mvn", "-q", "-B", "-ntp"));
        String arguments = System.getenv("SHAREBUF_MAVEN_ARGS");
        if (arguments != null && !arguments.isBlank()) {
            maven.addAll(List.of(arguments.strip().split("\\s+")));
        }
        Call built = Call.of(folder.resolve("bottomup"), maven, "package");
        assertThat(built.exit()).as(built.told()).isZero();
        Path jar;
        try (var files = Files.list(folder.resolve("bottomup/target"))) {
            jar = files.filter(f -> f.toString().endsWith(".jar")).findFirst().orElseThrow();
        }

        Call checked = Call.of(folder, "check", jar.toString());
        assertThat(checked.exit()).as(checked.told()).isZero();
        assertThat(checked.out()).contains("pass").doesNotContain("FAIL");

        Call run = Call.of(folder, "run", "--frames", "90", "--fps", "60", "--size", "640x480", "--at", "20:install=" + jar, "--at", "20:stop=allocator.cma", "--json", "-");
        assertThat(run.exit()).as(run.told()).isZero();
        JsonObject report = (JsonObject) run.json();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isEqualTo(90);
        JsonObject install = report.getJsonArray("events").getJsonObject(0);
        assertThat(install.getString("outcome")).isEqualTo("ok");
        assertThat(run.out()).as("the new allocator served a request").contains("bottomup");
        assertThat(report.getJsonArray("bundles").stream().map(b -> b.asJsonObject().getString("name"))).anyMatch(n -> n.contains("bottomup"));

        Call swap = Call.of(folder, "run", "--frames", "90", "--fps", "60", "--size", "640x480", "--at", "20:swap=allocator.cma:" + jar, "--json", "-");
        assertThat(swap.exit()).as(swap.told()).isZero();
        JsonObject swapped = (JsonObject) swap.json();
        assertThat(swapped.getJsonObject("frames").getInt("delivered")).isEqualTo(90);
        assertThat(swapped.getJsonArray("events").getJsonObject(0).getString("allocator")).isEqualTo("com.example.bottomup~cma");
        assertThat(swapped.getJsonArray("events").getJsonObject(0).getJsonObject("swap").getString("to")).isEqualTo("1.0.0");
        assertThat(swapped.getJsonArray("bundles").stream().map(b -> b.asJsonObject().getString("name") + " " + b.asJsonObject().getString("version")))
                .contains("com.example.bottomup 1.0.0").noneMatch(b -> b.startsWith("allocator.cma"));
        assertThat(swapped.getJsonObject("leaks").getInt("classLoaders")).isZero();
    }
}
