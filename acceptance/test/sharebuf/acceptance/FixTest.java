package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        "qemu-virt --uses camera,display --format NV12M --size 3840x2160 --count 4",
        "raspberrypi-4 --board-option superPages=on --board-option cma=16MiB --uses gpu:capture,display --format XRGB8888 --size 1920x1080 --count 8",
        // What came closest is a region that cannot be made so large.
        "raspberrypi-4 --board-option carveout=1MiB --board-option cma=4MiB --uses gpu:capture,display --format XRGB8888 --size 3840x2160 --count 40",
        "raspberrypi-4 --board-option superPages=on --board-option cma=64MiB --uses camera,gpu:output --format XRGB8888 --size 3840x2160 --count 4",
        "raspberrypi-4 --board-option superPages=on --uses gpu:capture,gpu:output,camera --format NV12 --size 640x480",
        "raspberrypi-4 --board-option superPages=on --uses gpu:capture --format NV12 --size 10x10"})
    void helps(String words) {
        helps(List.of(words.split(" ")));
    }

    /** Regions {@code x} and {@code y} of 2 MiB and one of 8 MiB, uses of which some have alternatives, and a request. */
    @ParameterizedTest(name = "./sharebuf explain --constraints: {0} for {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        // Two contradict each other, and not the third although it is named last.
        "`\"bytes\": 65536` | `{\"device\": \"a\", \"regions\": [\"x\"]}, {\"device\": \"b\", \"regions\": [\"y\"], \"alternatives\": [{\"regions\": [\"z\"]}]}, {\"device\": \"c\", \"regions\": [\"x\"], \"alternatives\": [{\"regions\": [\"y\"]}]}`",
        // Three that contradict each other.
        "`\"bytes\": 65536` | `{\"device\": \"a\", \"regions\": [\"x\"]}, {\"device\": \"b\", \"regions\": [\"y\"]}, {\"device\": \"c\", \"regions\": [\"z\"], \"alternatives\": [{\"regions\": [\"z\"], \"align\": 8192}]}`",
        // Too many buffers, too large ones, for whichever alternative.
        "`\"bytes\": \"1MiB\", \"count\": 5` | `{\"device\": \"a\", \"regions\": [\"x\"], \"alternatives\": [{\"regions\": [\"y\"]}]}`",
        "`\"bytes\": \"1MiB\", \"count\": 20` | `{\"device\": \"a\", \"maxSegments\": 1, \"align\": \"1MiB\", \"alternatives\": [{\"maxSegments\": 4}]}`",
        "`\"bytes\": \"16MiB\"` | `{\"device\": \"a\", \"maxSegments\": 1, \"alternatives\": [{\"maxSegments\": 4}]}`",
        // A kind that no memory has, whichever alternative; then the CPU alone is left.
        "`\"bytes\": 4096` | `{\"device\": \"a\", \"vendor\": {\"com.example.slice\": {\"rule\": \"max\", \"value\": 8}}, \"alternatives\": [{\"vendor\": {\"com.example.slice\": {\"rule\": \"max\", \"value\": 4}}}]}`",
        "`\"bytes\": 4096` | `{\"device\": \"a\", \"vendor\": {\"com.example.slice\": {\"rule\": \"max\", \"value\": 8}}, \"alternatives\": [{\"vendor\": {\"com.example.slice\": {\"rule\": \"max\", \"value\": 4}}}]}, {\"device\": \"b\"}`",
        // Planes of one object in different regions.
        "`\"format\": \"NV12\", \"size\": \"64x64\"` | `{\"device\": \"a\", \"formats\": [{\"format\": \"NV12\"}], \"regions\": {\"0\": [\"x\"], \"1\": [\"y\"]}, \"alternatives\": [{\"regions\": {\"0\": [\"y\"], \"1\": [\"x\"]}}]}`",
        // Windows without an address in common.
        "`\"bytes\": 4096` | `{\"device\": \"a\", \"mask\": \"0xffff\", \"alternatives\": [{\"mask\": \"0x1ffff\"}]}, {\"device\": \"b\"}`"})
    void helpsOnData(String request, String uses) throws IOException {
        Files.writeString(folder.resolve("data.json"), """
            {"regions": [{"name": "x", "base": "0x20000000", "size": "2MiB", "contiguous": true}, {"name": "y", "base": "0x30000000", "size": "2MiB", "contiguous": true},
                         {"name": "z", "base": "0x40000000", "size": "8MiB"}],
             "uses": [%s], "request": {%s}}
            """.formatted(uses, request));
        helps(List.of("--constraints", "data.json"));
    }

    @Test
    @DisplayName("more combinations of alternatives than are looked at: the fix leaves out whom it takes")
    void tooMany() throws IOException {
        String alternatives = String.join(", ", IntStream.rangeClosed(1, 8).mapToObj(i -> "{\"align\": " + (1 << i) + "}").toList());
        helpsOnData("\"bytes\": 4096", String.join(", ", IntStream.range(0, 6).mapToObj(i -> "{\"device\": \"d" + i + "\", \"alternatives\": [" + alternatives + "]}").toList()));
    }

    private void helps(List<String> words) {
        List<String> call = new ArrayList<>(List.of("explain"));
        call.addAll(words);
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
