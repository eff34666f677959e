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
        "exporter.tiler,calls-overlap", "importer.v4l2,moves-while-working", "importer.drm,moves-while-working"})
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
    @DisplayName("a thread that goes on keeps the bundle's classes, and is told")
    void leak() throws IOException {
        Call call = exporter("public Mine() { Thread t = new Thread(() -> { while (true) { java.util.concurrent.locks.LockSupport.park(); } }); t.setDaemon(true); t.start(); }"
                + " public boolean takes(sharebuf.allocator.Request r) { return false; }");
        assertThat(call.exit()).as(call.told()).isEqualTo(1);
        assertThat(call.out()).contains("pass  calls-overlap", "FAIL  unloads", "a thread");
    }

    @Test
    @DisplayName("a vendor's importer that speaks for another device fails, and is told why")
    void importerFails() throws IOException {
        List<String> imports = List.of("sharebuf.importer", "sharebuf.device", "sharebuf.buffer", "sharebuf.plugin");
        Call call = Call.of(folder, "check", HandmadeJar.of(folder, "importer", "sharebuf.importer.Importer", imports, "public java.util.List<sharebuf.device.Use> uses() {"
                + " return java.util.List.of(sharebuf.device.Use.ofBytes(new sharebuf.device.UseId(\"elsewhere\", \"dma\"), sharebuf.device.Access.READ,"
                + " sharebuf.device.DmaConstraints.builder().build(), sharebuf.device.LettingGo.BETWEEN_JOBS, 1)); }").toString());
        assertThat(call.exit()).as(call.told()).isEqualTo(1);
        assertThat(call.out()).contains("vendor.mine 1.0.0: importer vendor.mine", "FAIL  uses-are-stable", "use elsewhere:dma of another device than tck-video", "pass  hostile-orders", "pass  unloads");
    }

    @Test
    @DisplayName("kinds that have no cases are told, and are no success")
    void noCases() throws IOException {
        Path jar = HandmadeJar.of(folder, "bridge", "sharebuf.exporter.Exporter", List.of("sharebuf.exporter", "sharebuf.allocator", "sharebuf.plugin"),
                "public boolean takes(sharebuf.allocator.Request r) { return false; }");
        assertThat(Call.of(folder, "check", jar.toString()).told()).contains("exit 2", "there are no cases for kind bridge");
    }
}
