package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that does not reach the memory of a running pipeline: {@code --at FRAME:attach=DEVICE --move POLICY}. */
class LateDeviceTest {
    private static final int FRAMES = 90;
    private static final int COUNT = 4;
    private static final long PICTURE = 640 * 480 * 3 / 2;
    private static final long BYTES = COUNT * PICTURE;

    @TempDir
    Path folder;

    private Call run(String... more) {
        List<String> words = new ArrayList<>(List.of("run", "qemu-virt", "--board-option", "cma=64MiB", "--board-option", "encoderMask=0x4fffffff", "--pipeline", "camera -> display",
                "--frames", Integer.toString(FRAMES), "--size", "640x480", "--at", "20:attach=encoder"));
        words.addAll(Arrays.asList(more));
        return Call.of(folder, words.toArray(String[]::new));
    }

    @Test
    @DisplayName("--move allow: the buffers follow it, frames go on, and the report says all of it")
    void allowed() {
        Call call = run("--move", "allow:" + BYTES, "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject report = (JsonObject) call.json();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isEqualTo(FRAMES);
        assertThat(report.getJsonObject("frames").getInt("lost") + report.getJsonObject("frames").getInt("torn")).isZero();
        JsonObject event = report.getJsonArray("events").getJsonObject(0);
        assertThat(event.getString("outcome")).isEqualTo("ok");
        assertThat(event.getJsonNumber("bytesMoved").longValue()).isEqualTo(BYTES);
        JsonObject pause = report.getJsonObject("pause");
        assertThat(pause.getJsonNumber("maxMicros").longValue()).isPositive().isGreaterThanOrEqualTo(pause.getJsonNumber("p50Micros").longValue());
        assertThat(pause.getJsonNumber("copyMicros").longValue()).isPositive();
        JsonObject set = report.getJsonArray("sets").getJsonObject(0);
        assertThat(set.getJsonArray("buffers")).hasSize(COUNT).allSatisfy(b -> {
            assertThat(b.asJsonObject().getInt("generation")).isEqualTo(1);
            assertThat(b.asJsonObject().getJsonArray("objects").getJsonObject(0).getString("region")).isEqualTo("ram");
            assertThat(b.asJsonObject().getJsonArray("mappings")).hasSize(3);
        });
        for (String left : List.of("buffers", "attachments", "mappings", "extents", "descriptors", "classLoaders")) {
            assertThat(report.getJsonObject("leaks").getInt(left)).as(left).isZero();
        }
    }

    @Test
    @DisplayName("what the display scanned out equals the source, before, during and after the move")
    void displayEqualsSource() throws IOException {
        Y4m source = Y4m.random(640, 480, FRAMES, 7);
        Files.write(folder.resolve("in.y4m"), source.bytes());
        Call call = run("--move", "allow", "--source", "in.y4m", "--out", "shown");
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(call.out()).contains(BYTES + " bytes moved").contains("pause: ");
        Y4m shown = Y4m.read(folder.resolve("shown/display.y4m"));
        assertThat(shown.frames()).hasSize(FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            assertThat(source.mismatchOutsideStamp(i, shown.frames().get(i))).as("frame %s", i).isEqualTo(-1);
        }
    }

    @Test
    @DisplayName("--move ask and never: refused, with the plan and with a fix that works; nothing moves")
    void asked() {
        for (String policy : List.of("ask", "never", "allow:" + (BYTES - 1))) {
            Call call = run("--move", policy, "--json", "-");
            assertThat(call.exit()).as(call.told()).isZero();
            JsonObject report = (JsonObject) call.json();
            assertThat(report.getJsonObject("frames").getInt("delivered")).isEqualTo(FRAMES);
            JsonObject event = report.getJsonArray("events").getJsonObject(0);
            assertThat(event.getString("outcome")).isEqualTo("refused");
            assertThat(event.getInt("bytesMoved")).isZero();
            JsonObject refusal = event.getJsonObject("refusal");
            assertThat(refusal.getString("errno")).isEqualTo(policy.equals("never") ? "EINVAL" : "EPERM");
            if (!policy.equals("never")) {
                assertThat(refusal.getString("found")).contains(BYTES + " bytes of " + COUNT + " buffers", "cma", "ram", "camera between two jobs", "display by a flip");
            }
            assertThat(report.getJsonArray("sets").getJsonObject(0).getJsonArray("buffers")).allSatisfy(b -> assertThat(b.asJsonObject().getInt("generation")).isZero());
            Call fixed = run("--move", refusal.getString("fix").replace("--move ", ""), "--json", "-");
            assertThat(fixed.exit()).as(fixed.told()).isZero();
            assertThat(((JsonObject) fixed.json()).getJsonArray("events").getJsonObject(0).getString("outcome")).isEqualTo("ok");
        }
    }
}
