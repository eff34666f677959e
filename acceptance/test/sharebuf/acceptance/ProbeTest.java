package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sharebuf probe} on whatever machine this is. */
class ProbeTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("probe says what it looked for and exits 0, whatever there is; its JSON has the documented keys")
    void looks() {
        Call text = Call.of(folder, "probe");
        assertThat(text.exit()).as(text.told()).isZero();
        assertThat(text.out()).contains("looked for", "/dev/dma_heap/*", "/dev/udmabuf", "/dev/video*", "/dev/dri/card*", "/sys/kernel/iommu_groups/*");
        Call call = Call.of(folder, "probe", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject json = call.json().asJsonObject();
        assertThat(json.keySet()).containsExactly("kernel", "calls", "lookedFor", "heaps", "udmabuf", "video", "drm", "iommuGroups", "matrix");
        assertThat(json.getJsonArray("lookedFor")).hasSize(5).allSatisfy(l -> assertThat(l.asJsonObject().keySet()).containsExactly("what", "where", "found"));
        assertThat(json.getJsonObject("udmabuf").keySet()).containsExactly("path", "present", "sizeLimitMiB", "rangeLimit", "problem");
        assertThat(json.getJsonObject("matrix").keySet()).containsExactly("bytes", "exporters", "importers", "cells");
        assertThat(json.getJsonObject("matrix").getJsonArray("cells")).hasSize(json.getJsonObject("matrix").getJsonArray("exporters").size()
                * json.getJsonObject("matrix").getJsonArray("importers").size());
    }
}
