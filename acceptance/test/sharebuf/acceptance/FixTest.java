package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fix is something to type, and applying it makes the call succeed. */
class FixTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "./sharebuf explain {0}")
    @ValueSource(strings = {
        "--uses camera,nosuch --format NV12 --size 640x480",
        "--uses camera,display:foo --format NV12 --size 640x480",
        "--uses camera,camera --format NV12 --size 640x480",
        "--uses camera,codec:capture --format NV12 --size 640x480",
        "--uses camera,display --format NV21 --size 640x480",
        "--uses camera,display --format NV12 --size 10x10",
        "--uses camera,display --format NV12 --size 9001x481",
        "--uses camera,display --bytes 4096",
        "--uses camera,display --format XRGB8888 --size 3840x2160 --board-option cma=8MiB",
        "--uses camera,display --format XRGB8888 --size 3840x2160 --board-option pinned=1000",
        "qemu-virt --uses camera,display --format XRGB8888 --size 3840x2160",
        "qemu-virt --uses camera,display --format NV12M --size 3840x2160 --count 4"})
    void helps(String words) {
        List<String> call = new ArrayList<>(List.of("explain"));
        call.addAll(List.of(words.split(" ")));
        call.addAll(List.of("--json", "-"));
        Call refused = Call.of(folder, call.toArray(String[]::new));
        assertThat(refused.exit()).as(refused.told()).isEqualTo(3);
        String fix = ((JsonObject) refused.json()).getJsonObject("refusal").getString("fix");
        Call mended = Call.of(folder, applied(call, fix).toArray(String[]::new));
        assertThat(mended.exit()).as("fix '%s': %s", fix, mended.told()).isZero();
    }

    /** Options of the fix take the place of the same ones; a format takes that of bytes. */
    private static List<String> applied(List<String> call, String fix) {
        List<String> result = new ArrayList<>(call);
        String[] words = fix.split(" ");
        assertThat(words.length % 2).as("options with a value each: " + fix).isZero();
        for (int i = 0; i < words.length; i += 2) {
            String option = words[i];
            String value = words[i + 1];
            assertThat(option).as(fix).startsWith("--");
            String key = option.equals("--board-option") ? value.substring(0, value.indexOf('=') + 1) : "";
            for (int j = 0; j + 1 < result.size(); j++) {
                if (result.get(j).equals(option) && result.get(j + 1).startsWith(key) || option.equals("--format") && result.get(j).equals("--bytes")) {
                    result.remove(j);
                    result.remove(j);
                    break;
                }
            }
            result.add(option);
            result.add(value);
        }
        return result;
    }
}
