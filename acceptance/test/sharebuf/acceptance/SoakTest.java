package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A short soak, and its command line. */
class SoakTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("some dozen steps over two pipelines: nothing lost, torn or left, every class loader gone, and the seed gives the same steps")
    void shortSoak() {
        Call soak = Call.of(folder, "soak", "--seed", "5", "--until", "60", "--minutes", "1.5", "--json", "-");
        assertThat(soak.exit()).as(soak.told()).isZero();
        JsonObject report = (JsonObject) soak.json();
        assertThat(report.keySet()).contains("seed", "steps", "actions", "faults", "refusals", "moves", "pause", "frames", "leaks", "failures");
        assertThat(report.getJsonObject("frames").getInt("lost")).isZero();
        assertThat(report.getJsonObject("frames").getInt("torn")).isZero();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isGreaterThan(500);
        assertThat(report.getJsonObject("leaks").getInt("classLoaders")).isZero();
        assertThat(report.getJsonObject("actions").getJsonObject("swap").getInt("ok")).isPositive();
        assertThat(report.getInt("moves")).isPositive();
        assertThat(report.getJsonArray("faults")).anySatisfy(f -> assertThat(f.asJsonObject().getInt("happened")).isPositive());
        assertThat(report.getJsonArray("steps").getJsonObject(0).getString("step")).matches("\\d+ [a-z]+ .*");
    }

    @ParameterizedTest(name = "{0} {1}")
    @DisplayName("the same with plug-ins of banks, of on-chip memory, of an IOMMU and of a tiler")
    @CsvSource({"odroid-u3,iommu=off,camera -> decoder -> display,NV12M,allocator.carveout allocator.banks mapops.iommu",
        "odroid-u3,iommu=on,camera -> display + encoder,NV12,allocator.carveout allocator.banks mapops.iommu", "pandaboard-es,view=90,camera -> display + sdma,NV12,exporter.tiler"})
    void otherMemory(String board, String option, String pipeline, String format, String bundles) {
        Call soak = Call.of(folder, "soak", board, "--board-option", option, "--pipeline", pipeline, "--format", format, "--seed", "12", "--until", "40",
                "--minutes", "1.5", "--json", "-");
        assertThat(soak.exit()).as(soak.told()).isZero();
        JsonObject report = (JsonObject) soak.json();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isGreaterThan(100);
        assertThat(report.getJsonObject("leaks").getInt("classLoaders")).isZero();
        List<String> steps = report.getJsonArray("steps").stream().map(s -> s.asJsonObject().getString("step")).toList();
        assertThat(bundles.split(" ")).allSatisfy(b -> assertThat(steps).anyMatch(s -> s.contains(b)));
    }

    @Test
    @Timeout(120)
    @DisplayName("it ends when its time is over, also when steps take longer than the frames between them")
    void timeIsUp() {
        Call soak = Call.of(folder, "soak", "--seed", "7", "--minutes", "0.1", "--fps", "1000", "--size", "64x48");
        assertThat(soak.exit()).as(soak.told()).isZero();
    }

    @Test
    @DisplayName("what it prints can be given back to it as steps, and only they are made")
    void stepsFromAFile() throws IOException {
        Files.writeString(folder.resolve("steps.txt"), "simulated board soak\nseed 3\n20 swap importer.drm | ok, 3 ms\n40 attach late allow\n60 detach late\n");
        Call soak = Call.of(folder, "soak", "--actions", "steps.txt", "--neighbours", "0");
        assertThat(soak.exit()).as(soak.told()).isZero();
        assertThat(soak.out()).contains("3 steps in", "20 swap importer.drm | ok", "late joined", "60 detach late | ok", "everything was given back");
    }

    @Test
    @DisplayName("what is typed wrong is refused with what is allowed")
    void typedWrong() {
        assertThat(Call.of(folder, "soak", "--minutes", "0").told()).contains("exit 2", "--minutes", "10 or 0.5");
        assertThat(Call.of(folder, "soak", "nowhere").told()).contains("exit 2", "nowhere");
        assertThat(Call.of(folder, "soak", "--actions", "none.txt").told()).contains("exit 2", "none.txt");
        assertThat(Call.of(folder, "soak", "--pipeline", "camera -> nobody").told()).contains("exit 2", "nobody");
        assertThat(Call.of(folder, "soak", "--help").out()).contains("--seed", "--until", "--actions", "exit: 0");
    }
}
