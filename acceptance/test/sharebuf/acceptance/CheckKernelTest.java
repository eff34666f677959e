package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sharebuf check --kernel} on whatever machine this is; the laboratory has devices. */
class CheckKernelTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("check --kernel says what it looked for, a line a case and a sum; exit 0 where nothing failed; its JSON has the documented keys")
    void looks() {
        Call text = Call.of(folder, "check", "--kernel", "dmabuf-heaps");
        assertThat(text.exit()).as(text.told()).isZero();
        assertThat(text.out()).contains("/dev/dma_heap/*", "/dev/udmabuf", "/dev/video*", "/dev/dri/card*", "dmabuf-heaps/alloc_and_import", "importer.v4l2", "sha256")
                .doesNotContain("udmabuf/");
        assertThat(text.out().lines().toList().getLast()).matches("\\d+ passed, 0 failed, \\d+ skipped");
        Call call = Call.of(folder, "check", "--kernel", "dmabuf-heaps", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject json = call.json().asJsonObject();
        assertThat(json.keySet()).containsExactly("kernel", "found", "bundles", "passed", "failed", "skipped", "cases");
        assertThat(json.getJsonArray("cases")).isNotEmpty()
                .allSatisfy(c -> assertThat(c.asJsonObject().keySet()).containsExactly("name", "level", "model", "outcome", "what", "seconds"));
        assertThat(json.getInt("passed") + json.getInt("skipped")).isEqualTo(json.getJsonArray("cases").size());
    }

    @Test
    @DisplayName("check --kernel with an unknown case exits 2 and says where they are listed")
    void unknown() {
        Call call = Call.of(folder, "check", "--kernel", "no/such_case");
        assertThat(call.exit()).as(call.told()).isEqualTo(2);
        assertThat(call.err()).contains("no/such_case", "check --kernel --help");
    }
}
