package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kit for plug-ins, as third parties run it, on our own. */
class CheckTest {
    @TempDir
    Path folder;

    private Call check(String bundle) {
        return Call.of(folder, "check", Call.home().resolve(bundle + "/generated/" + bundle + ".jar").toString());
    }

    @ParameterizedTest
    @DisplayName("our plug-ins pass it as anybody's must")
    @ValueSource(strings = {"allocator.generic", "allocator.cma", "allocator.carveout", "allocator.banks", "mapops.direct", "mapops.iommu", "mapops.kernel"})
    void ours(String bundle) {
        Call call = check(bundle);
        assertThat(call.exit()).as(call.told()).isZero();
        assertThat(call.out()).contains("pass  unloads").contains(bundle.startsWith("mapops") ? "pass  shortage-heals" : "pass  catching-up").doesNotContain("FAIL");
    }

    @Test
    @DisplayName("kinds that have no cases yet are told, and are no success")
    void notYet() {
        assertThat(check("importer.v4l2").told()).contains("exit 2", "cases for kind importer: not yet");
    }
}
