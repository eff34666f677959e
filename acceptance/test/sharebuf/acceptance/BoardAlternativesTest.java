package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A board whose GPU accepts several kinds of memory: what it gets, as long as there is enough, and when there is not. */
class BoardAlternativesTest {
    @TempDir
    Path folder;

    private Call explain(String cma, int count, String... more) {
        List<String> words = new ArrayList<>(List.of("explain", "raspberrypi-4", "--board-option", "superPages=on", "--board-option", "cma=" + cma, "--uses", "gpu:capture",
                "--format", "XRGB8888", "--size", "1920x1080", "--count", Integer.toString(count)));
        words.addAll(List.of(more));
        return Call.of(folder, words.toArray(String[]::new));
    }

    @Test
    @DisplayName("the best while the pool has room; then what lies closer together; then pages from anywhere, with a reason for each that is better")
    void explained() {
        assertThat(told(explain("64MiB", 8))).contains("which alternative each use got", "gpu:capture alternative 1 of 3", "align a multiple of 1048576");
        assertThat(told(explain("32576KiB", 4))).contains("gpu:capture alternative 2 of 3", "not 1: sharebuf.allocator.cma~cma", "align a multiple of 65536");
        assertThat(told(explain("16MiB", 4))).contains("gpu:capture alternative 3 of 3", "not 1: sharebuf.allocator.cma~cma", "not 2: sharebuf.allocator.cma~cma",
                "from ram by sharebuf.allocator.generic~ram").doesNotContain("align a multiple");
        Call off = Call.of(folder, "explain", "raspberrypi-4", "--uses", "gpu:capture", "--format", "XRGB8888", "--size", "1920x1080");
        assertThat(off.exit()).as(off.told()).isZero();
        assertThat(off.out()).doesNotContain("alternative");
    }

    /** What is printed, with one blank between words. */
    private static String told(Call call) {
        assertThat(call.exit()).as(call.told()).isZero();
        return call.out().replaceAll(" +", " ");
    }

    @Test
    @DisplayName("a run takes the second alternative for the set that finds the pool too full for the first, and loses no frame")
    void run() {
        Call call = Call.of(folder, "run", "raspberrypi-4", "--board-option", "superPages=on", "--board-option", "cma=62MiB", "--pipeline", "camera -> gpu -> display", "--format", "XRGB8888",
                "--size", "1600x1200", "--frames", "20", "--fps", "0", "--json", "-");
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject report = (JsonObject) call.json();
        assertThat(report.getJsonObject("frames").getInt("delivered")).isEqualTo(20);
        assertThat(got(report, 0, "gpu:output")).isEqualTo("1 of 3");
        assertThat(got(report, 1, "gpu:capture")).startsWith("2 of 3; not 1: sharebuf.allocator.cma~cma contiguous: found largest free range");
    }

    @Test
    @DisplayName("a run that finds no memory for any alternative names a fix; typed behind the same call it plays")
    void fixOfARun() {
        String[] call = {"run", "raspberrypi-4", "--board-option", "superPages=on", "--pipeline", "camera -> gpu -> display", "--format", "XRGB8888", "--size", "1600x1200", "--frames", "5",
            "--fps", "0"};
        List<String> words = new ArrayList<>(List.of(call));
        words.addAll(List.of("--board-option", "cma=24MiB"));
        Call refused = Call.of(folder, words.toArray(String[]::new));
        assertThat(refused.exit()).as(refused.told()).isEqualTo(3);
        String fix = refused.err().lines().map(String::strip).filter(l -> l.startsWith("fix ")).findFirst().orElseThrow().substring(4).strip();
        assertThat(fix).startsWith("--board-option cma=");
        List<String> mended = new ArrayList<>(List.of(call));
        mended.addAll(List.of(fix.split(" ")));
        Call played = Call.of(folder, mended.toArray(String[]::new));
        assertThat(played.exit()).as("fix '%s': %s", fix, played.told()).isZero();
        assertThat(played.out()).contains("frames: 5 of 5 delivered");
    }

    private static String got(JsonObject report, int set, String use) {
        JsonObject one = report.getJsonArray("sets").getJsonObject(set).getJsonArray("alternatives").getJsonObject(0);
        assertThat(one.getString("use")).isEqualTo(use);
        return one.getString("got");
    }

    @Test
    @DisplayName("what explain --save writes of such a board is answered with the same alternative")
    void saved() {
        told(explain("16MiB", 12, "--save", "mine.json"));
        assertThat(told(Call.of(folder, "explain", "--constraints", "mine.json"))).contains("gpu:capture alternative 3 of 3");
    }
}
