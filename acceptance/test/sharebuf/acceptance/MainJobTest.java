package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./sharebuf run}: what its report promises, and what it says when it is broken on purpose. */
class MainJobTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("600 frames as fast as it goes: none lost, none torn, nothing leaked, every key of the report there")
    void sixHundredFrames() {
        Call call = Call.of(folder, "run", "--frames", "600", "--fps", "0", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject report = (JsonObject) call.json();
        assertThat(report.keySet()).contains("board", "bundles", "pipeline", "frames", "sets", "events", "pause", "leaks");
        assertThat(report.getJsonObject("board").keySet()).contains("name", "platform", "simulated", "real");
        assertThat(report.getJsonObject("board").getString("platform")).isEqualTo("sim");
        JsonObject frames = report.getJsonObject("frames");
        assertThat(frames.getInt("delivered")).isEqualTo(600);
        assertThat(frames.getInt("lost")).isZero();
        assertThat(frames.getInt("torn")).isZero();
        assertThat(report.getJsonObject("leaks").keySet()).contains("buffers", "attachments", "mappings", "extents", "descriptors", "classLoaders");
        assertThat(report.getJsonObject("leaks").values()).allSatisfy(v -> assertThat(v.toString()).isEqualTo("0"));
        JsonObject set = report.getJsonArray("sets").getJsonObject(0);
        assertThat(set.keySet()).contains("writer", "readers", "format", "width", "height", "buffers");
        JsonObject buffer = set.getJsonArray("buffers").getJsonObject(0);
        assertThat(buffer.keySet()).contains("id", "generation", "size", "objects", "planes", "mappings");
        assertThat(buffer.getJsonArray("objects").getJsonObject(0).keySet()).contains("size", "allocator", "region", "extents");
        assertThat(buffer.getJsonArray("planes").getJsonObject(0).keySet()).contains("object", "offset", "pitch", "size");
        assertThat(buffer.getJsonArray("mappings")).hasSize(3);
        for (JsonValue m : buffer.getJsonArray("mappings")) {
            assertThat(m.asJsonObject().keySet()).contains("device", "use", "mapops", "kind", "segments", "coherent", "bounced");
            assertThat(m.asJsonObject().getString("kind")).isEqualTo("addressed");
        }
        assertThat(report.getJsonObject("pause").keySet()).contains("p50Micros", "p99Micros", "maxMicros", "copyMicros");
    }

    @Test
    @DisplayName("what the display scanned out equals the source outside the stamp")
    void displayEqualsSource() throws IOException {
        Y4m source = Y4m.random(320, 240, 20, 42);
        Files.write(folder.resolve("in.y4m"), source.bytes());
        Call call = Call.of(folder, "run", "--source", "in.y4m", "--size", "320x240", "--frames", "20", "--fps", "0", "--out", "shown");
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(call.out().lines().findFirst()).contains("simulated board raspberrypi-4, no hardware touched");
        Y4m shown = Y4m.read(folder.resolve("shown/display.y4m"));
        assertThat(shown.frames()).hasSize(20);
        for (int i = 0; i < 20; i++) {
            assertThat(source.mismatchOutsideStamp(i, shown.frames().get(i))).as("frame %s", i).isEqualTo(-1);
        }
        try (var files = Files.list(folder.resolve("shown"))) {
            List<String> names = files.map(f -> f.getFileName().toString()).toList();
            assertThat(names).anyMatch(n -> n.endsWith(".svg"));
            Path png = folder.resolve("shown").resolve(names.stream().filter(n -> n.endsWith(".png")).findFirst().orElseThrow());
            assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(320);
        }
    }

    @ParameterizedTest
    @CsvSource({"no-fence, camera -> display + encoder, 60, 60", "no-fence, camera -> display, 1, 60", "no-fence, camera -> display, 20, 0",
            "skip-sync, camera -> display + encoder, 60, 60", "skip-sync, camera -> display, 1, 60", "skip-sync, camera -> codec -> display, 20, 0"})
    @DisplayName("every frame that is torn on purpose is noticed, whoever is faster")
    void tornFramesAreNoticed(String fault, String pipeline, int frames, int fps) {
        Call call = Call.of(folder, "run", "--pipeline", pipeline, "--frames", "" + frames, "--fps", "" + fps, "--size", "640x480", "--fault", fault, "--json", "-");
        assertThat(call.exit()).as(call.told()).isEqualTo(4);
        assertThat(((JsonObject) call.json()).getJsonObject("frames").getInt("torn")).as(call.told()).isEqualTo(frames);
    }

    @ParameterizedTest
    @CsvSource({"no-begin, raspberrypi-4, camera -> encoder, auto", "no-handover, qemu-virt, camera -> display, cameraCoherent=true"})
    @DisplayName("a sync that is left out tears frames, and the report names who is hurt by whom")
    void missingSyncsAreNamed(String fault, String board, String pipeline, String option) {
        List<String> words = new ArrayList<>(List.of("run", board, "--pipeline", pipeline, "--frames", "60", "--size", "640x480", "--fault", fault, "--json", "-"));
        if (option.contains("=")) {
            words.addAll(List.of("--board-option", option));
        }
        Call call = Call.of(folder, words.toArray(String[]::new));
        assertThat(call.exit()).as(call.told()).isEqualTo(4);
        JsonObject result = (JsonObject) call.json();
        assertThat(result.getJsonObject("frames").getInt("torn") + result.getJsonObject("frames").getInt("lost")).as(call.told()).isPositive();
        assertThat(result.getJsonArray("violations")).as(call.told()).isNotEmpty().allSatisfy(v -> assertThat(v.asJsonObject().keySet()).contains("kind", "device", "message", "at", "madeAt", "count"));
    }

    @Test
    @DisplayName("frames that are dropped on purpose are lost, each of them")
    void droppedFramesAreLost() {
        Call call = Call.of(folder, "run", "--frames", "60", "--size", "640x480", "--fault", "drop=7", "--json", "-");
        assertThat(call.exit()).as(call.told()).isEqualTo(4);
        assertThat(((JsonObject) call.json()).getJsonObject("frames").getInt("lost")).isEqualTo(60 / 7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"camera,display --format NV12M", "camera,nosuch --format NV12", "encoder:capture,display --format NV12"})
    @DisplayName("an explanation has the same keys, whether refused or not, and no table without rows")
    void explanationKeys(String what) {
        List<String> words = new ArrayList<>(List.of("explain", "--size", "640x480", "--uses"));
        words.addAll(List.of(what.split(" ")));
        Call people = Call.of(folder, words.toArray(String[]::new));
        assertThat(people.out()).doesNotContain("EITHER").doesNotContain(people.exit() == 0 ? "refused" : "what the memory must be");
        words.addAll(List.of("--json", "-"));
        Call call = Call.of(folder, words.toArray(String[]::new));
        assertThat(((JsonObject) call.json()).keySet()).as(call.told())
                .containsExactlyInAnyOrder("request", "uses", "constraints", "allocators", "choices", "layout", "buffers", "apart", "learnt", "refusal");
    }

    @Test
    @DisplayName("an encoder that joins late reads every frame from there on")
    void lateEncoder() {
        Call call = Call.of(folder, "run", "--pipeline", "camera -> display", "--frames", "60", "--size", "640x480", "--at", "20:attach=encoder", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(((JsonObject) call.json()).getJsonArray("sets")).hasSize(2);
    }

    @Test
    @DisplayName("a run that ends in the middle tells what it saw, and its fix works")
    void awayTooLong() {
        List<String> words = List.of("run", "--frames", "60", "--size", "640x480", "--at", "20:stop=importer.drm", "--json", "-");
        Call call = Call.of(folder, words.toArray(String[]::new));
        assertThat(call.exit()).as(call.told()).isEqualTo(3);
        JsonObject report = (JsonObject) call.json();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isBetween(1, 59);
        assertThat(report.getJsonArray("events").getJsonObject(0).getString("outcome")).isEqualTo("ok");
        JsonObject refusal = report.getJsonObject("refusal");
        assertThat(refusal.getString("found")).contains("away longer than the grace time of 2000 ms");
        List<String> mended = new ArrayList<>(words);
        mended.addAll(List.of(refusal.getString("fix").split(" ")));
        Call again = Call.of(folder, mended.toArray(String[]::new));
        assertThat(again.exit()).as(again.told()).isZero();
    }

    @Test
    @DisplayName("an allocator stopped and started in the middle loses nothing and serves the next request")
    void stopAndStart() {
        Call call = Call.of(folder, "run", "--frames", "120", "--fps", "60", "--size", "640x480", "--at", "20:stop=allocator.cma", "--at", "60:start=allocator.cma",
                "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject report = (JsonObject) call.json();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isEqualTo(120);
        assertThat(report.getJsonArray("events")).hasSize(2);
        assertThat(report.getJsonArray("events")).allSatisfy(e -> assertThat(e.asJsonObject().getString("outcome")).isEqualTo("ok"));
        assertThat(report.getJsonArray("events").getJsonObject(1).getString("allocator")).as("who served the request after the start").contains("allocator.cma");
    }

    @Test
    @DisplayName("devices leave and join again, and a memory-to-memory device starts another set")
    void detachAttachAndChain() {
        Call call = Call.of(folder, "run", "--frames", "90", "--fps", "60", "--size", "640x480", "--at", "20:detach=encoder", "--at", "50:attach=encoder", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        Call chain = Call.of(folder, "run", "--pipeline", "camera -> codec -> display", "--frames", "60", "--fps", "0", "--json", "-");
        assertThat(chain.exit()).as(chain.told()).isZero();
        assertThat(((JsonObject) chain.json()).getJsonArray("sets")).hasSize(2);
    }

    @Test
    @DisplayName("a run may be longer than anything that it waits for")
    void longRun() {
        Call call = Call.of(folder, "run", "--frames", "330", "--fps", "15", "--size", "320x240", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(((JsonObject) call.json()).getJsonObject("frames").getInt("delivered")).isEqualTo(330);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nosuch", "camera", "display"})
    @DisplayName("a device that cannot join is refused, and nobody waits for the frames that it does not get")
    void refusedAttachIsWithoutConsequence(String device) {
        Call call = Call.of(folder, "run", "--frames", "40", "--fps", "60", "--size", "320x240", "--at", "10:attach=" + device, "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject report = (JsonObject) call.json();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isEqualTo(40);
        assertThat(report.getJsonArray("events").getJsonObject(0).getString("outcome")).isEqualTo("refused");
    }

    @Test
    @DisplayName("a device that works behind another one of the pipeline does not join the camera's set, too")
    void aDeviceServesOneSet() {
        Call call = Call.of(folder, "run", "--pipeline", "camera -> codec -> display", "--frames", "40", "--fps", "60", "--size", "320x240", "--at", "10:attach=display",
                "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(((JsonObject) call.json()).getJsonArray("events").getJsonObject(0).getString("outcome")).isEqualTo("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--count 64 --size 320x240", "--count 64 --size 3840x2160 --format XRGB8888", "--count 64 --size 3840x2160 qemu-virt",
        "--count 64 --size 3840x2160 --format NV12M --pipeline camera->codec->display"})
    @DisplayName("too many buffers: applying the fix, and the fix of what is then refused, makes the call succeed")
    void fixesOfCountsWork(String text) {
        List<String> args = new ArrayList<>(List.of("run", "--frames", "5", "--fps", "0", "--json", "-"));
        args.addAll(List.of(text.split(" ")));
        Call call = Call.of(folder, args.toArray(String[]::new));
        assertThat(call.exit()).as(call.told()).isEqualTo(3);
        for (int fixes = 0; call.exit() == 3 && fixes < 3; fixes++) {
            for (String fix : ((JsonObject) call.json()).getJsonObject("refusal").getString("fix").split(" (?=--)")) {
                String[] option = fix.split(" ");
                int at = args.indexOf(option[0]);
                if (at >= 0) {
                    args.set(at + 1, option[1]);
                } else {
                    args.addAll(List.of(option));
                }
            }
            call = Call.of(folder, args.toArray(String[]::new));
        }
        assertThat(call.exit()).as(args + " " + call.told()).isZero();
    }

    @Test
    @DisplayName("ended in the middle it stops by itself and leaves nothing behind")
    void killedInTheMiddle() throws Exception {
        Path temp = Files.createDirectory(folder.resolve("tmp"));
        ProcessBuilder builder = Call.start(folder, List.of(Call.sharebuf().toString(), "run", "--frames", "100000", "--fps", "60"));
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temp);
        Process run = builder.redirectErrorStream(true).start();
        try (var out = run.inputReader()) {
            // The explanation of the first set is printed when the pipeline is about to start.
            for (String line = out.readLine(); line != null && !line.contains("object 0"); line = out.readLine()) {
                assertThat(run.isAlive()).isTrue();
            }
            // Through the handle: Process.destroy would close our end of the pipe, too.
            run.toHandle().destroy();
            out.lines().forEach(l -> { });
        }
        assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try (var left = Files.list(temp)) {
            assertThat(left.map(Path::getFileName).map(Path::toString).filter(n -> n.startsWith("sharebuf")).toList()).isEmpty();
        }
    }
}
