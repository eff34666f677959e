package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kit for plug-ins, as third parties run it, on our own. */
class CheckTest {
    @TempDir
    Path folder;

    private Call check(String bundle) {
        return Call.of(folder, "check", Call.home().resolve(bundle + "/generated/" + bundle + ".jar").toString());
    }

    @ParameterizedTest
    @DisplayName("our plug-ins pass it as anybody's must")
    @CsvSource({"allocator.generic,catching-up", "allocator.cma,catching-up", "allocator.carveout,catching-up", "allocator.banks,catching-up", "allocator.granted,limit-is-known",
        "mapops.direct,shortage-heals", "mapops.iommu,shortage-heals", "mapops.kernel,shortage-heals", "exporter.drm,driver-refusals-are-told", "exporter.v4l2,driver-refusals-are-told",
        "exporter.tiler,catching-up"})
    void ours(String bundle, String point) {
        Call call = check(bundle);
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(call.out()).contains("pass  unloads", "pass  " + point).doesNotContain("FAIL");
    }

    private Call exporter(String body) throws IOException {
        List<String> imports = List.of("sharebuf.exporter", "sharebuf.allocator", "sharebuf.buffer", "sharebuf.format", "sharebuf.plugin");
        return Call.of(folder, "check", HandmadeJar.of(folder, "exporter", "sharebuf.exporter.Exporter", imports, body).toString());
    }

    @Test
    @DisplayName("a vendor's exporter that keeps the contract passes")
    void exporterPasses() throws IOException {
        Call call = exporter("public boolean takes(sharebuf.allocator.Request r) { return r.spec().format().isPresent(); }");
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(call.out()).contains("vendor.mine 1.0.0: exporter vendor.mine", "pass  serves-exporter", "pass  calls-overlap", "pass  unloads").doesNotContain("FAIL");
    }

    @Test
    @DisplayName("a vendor's exporter that holds everybody's buffers fails, and is told why")
    void exporterFails() throws IOException {
        Call call = exporter("public boolean takes(sharebuf.allocator.Request r) { return false; }"
                + " public sharebuf.buffer.Outcome<sharebuf.buffer.Outcome.Done> mayMove(sharebuf.buffer.BufferId b) {"
                + " return sharebuf.buffer.Outcome.no(sharebuf.buffer.Refusal.of(sharebuf.buffer.Errno.EBUSY, \"slot\", \"none\", \"one\")); }");
        assertThat(call.exit()).as(call.told()).isEqualTo(1);
        assertThat(call.out()).contains("FAIL  others-move", "which it never saw", "pass  layouts-hold", "pass  unloads");
    }

    @Test
    @DisplayName("kinds that have no cases yet are told, and are no success")
    void notYet() {
        assertThat(check("importer.v4l2").told()).contains("exit 2", "cases for kind importer: not yet");
    }
}
