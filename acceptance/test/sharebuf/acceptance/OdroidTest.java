package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The codec of the ODROID-U3 with and without its IOMMUs, as it is typed. */
class OdroidTest {
    @TempDir
    Path folder;

    private Call run(String iommu, String pipeline, String format, String size, String... more) {
        List<String> words = new ArrayList<>(List.of("run", "odroid-u3", "--board-option", "iommu=" + iommu, "--pipeline", pipeline, "--format", format, "--size", size,
                "--frames", "8", "--fps", "0", "--json", "-"));
        words.addAll(Arrays.asList(more));
        return Call.of(folder, words.toArray(String[]::new));
    }

    private static JsonObject set(Call call, String writer) {
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject result = (JsonObject) call.json();
        JsonObject frames = result.getJsonObject("frames");
        assertThat(frames.getInt("delivered")).isEqualTo(8);
        assertThat(frames.getInt("torn")).isZero();
        return result.getJsonArray("sets").stream().map(JsonValue::asJsonObject).filter(s -> s.getString("writer").equals(writer)).findFirst().orElseThrow();
    }

    /** Of each buffer, where its objects lie. */
    private static List<List<String>> regions(JsonObject set) {
        return set.getJsonArray("buffers").stream().map(b -> b.asJsonObject().getJsonArray("objects").stream().map(o -> o.asJsonObject().getString("region")).toList()).toList();
    }

    @Test
    @DisplayName("a decoder's pictures have luma in the right bank and chroma in the left; what it decodes lies left")
    void decoder() {
        Call call = run("off", "decoder -> display", "NV12M", "1280x720");
        assertThat(regions(set(call, "decoder:capture"))).hasSize(4).containsOnly(List.of("right", "left"));
        assertThat(regions(set(call, "cpu"))).hasSize(4).containsOnly(List.of("left", "left"));
    }

    @Test
    @DisplayName("an encoder's source has both planes in the right bank")
    void encoder() {
        assertThat(regions(set(run("off", "camera -> encoder", "NV12M", "1280x720"), "camera"))).hasSize(4).containsOnly(List.of("right", "right"));
    }

    @Test
    @DisplayName("of 1920x1080 the decoder gets as many pictures as the bank holds; then the bank is named, and the fix helps")
    void theBankIsFull() {
        // Luma of 1920 x 1088 rows, a multiple of 8 KiB: 2040 KiB, of which 8 MiB hold four.
        assertThat(regions(set(run("off", "decoder -> display", "NV12M", "1920x1080", "--count", "4"), "decoder:capture"))).hasSize(4);
        Call full = run("off", "decoder -> display", "NV12M", "1920x1080", "--count", "5");
        assertThat(full.exit()).as(full.told()).isEqualTo(3);
        JsonObject refusal = ((JsonObject) full.json()).getJsonObject("refusal");
        assertThat(refusal.getString("errno")).isEqualTo("ENOMEM");
        assertThat(refusal.getString("found")).contains("bank right of 8MiB holds 4 x object 0 of NV12M 1920x1080");
        assertThat(refusal.getString("fix")).startsWith("--board-option right=");
        List<String> more = new ArrayList<>(List.of("--count", "5"));
        more.addAll(List.of(refusal.getString("fix").split(" ")));
        assertThat(regions(set(run("off", "decoder -> display", "NV12M", "1920x1080", more.toArray(String[]::new)), "decoder:capture"))).hasSize(5);
    }

    @Test
    @DisplayName("with the IOMMUs memory is scattered, and both formats do")
    void iommu() {
        for (String format : List.of("NV12", "NV12M")) {
            JsonObject set = set(run("on", "decoder -> display", format, "1920x1080"), "decoder:capture");
            assertThat(regions(set)).allSatisfy(r -> assertThat(r).containsOnly("ram"));
            assertThat(set.getJsonArray("buffers")).anySatisfy(b -> assertThat(b.asJsonObject().getJsonArray("objects"))
                    .anySatisfy(o -> assertThat(o.asJsonObject().getJsonArray("extents")).hasSizeGreaterThan(1)));
            assertThat(set.getJsonArray("buffers")).allSatisfy(b -> assertThat(b.asJsonObject().getJsonArray("mappings"))
                    .allSatisfy(m -> assertThat(m.asJsonObject().getInt("segments")).isEqualTo(1)));
        }
    }

    @Test
    @DisplayName("one buffer that stays on the screen is refused at once, and the fix helps")
    void oneBufferIsTooFew() {
        Call one = run("on", "camera -> display", "NV12", "640x480", "--count", "1");
        assertThat(one.exit()).as(one.told()).isEqualTo(3);
        JsonObject refusal = ((JsonObject) one.json()).getJsonObject("refusal");
        assertThat(refusal.getString("constraint")).isEqualTo("count");
        assertThat(refusal.getString("device")).isEqualTo("display");
        set(run("on", "camera -> display", "NV12", "640x480", refusal.getString("fix").split(" ")), "camera");
    }

    @Test
    @DisplayName("who stands left of an arrow and only reads is refused at once")
    void theFirstOnlyReads() {
        assertThat(run("off", "decoder:output -> display", "NV12M", "640x480").told()).contains("exit 3", "decoder:output", "only reads");
    }
}
