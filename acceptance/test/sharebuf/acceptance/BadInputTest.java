package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nonsense is answered with what, where and what is allowed, and with exit 2. */
class BadInputTest {
    @TempDir
    Path folder;

    static Stream<Arguments> calls() {
        return Stream.of(
                call("run --frames many", "--frames", "many"),
                call("run --frames 0", "--frames", "0"),
                call("run --fps -1", "--fps", "-1"),
                call("run --size 640", "--size", "640"),
                call("run --size 0x0", "--size", "0x0"),
                call("run --format NV99", "NV99", "NV12"),
                call("run --count 65", "--count", "65"),
                call("run --fault gremlins", "gremlins", "no-fence"),
                call("run --fault drop=7 --frames 5", "drop=7", "N within --frames"),
                call("run --at 5:explode=x", "explode"),
                call("run --at x:stop=y", "x"),
                call("run --move sometimes", "sometimes", "never"),
                call("run --platform linux", "--devices: needed"),
                call("run --nonsense", "--nonsense"),
                call("run nowhere", "nowhere"),
                call("run --board-option speed=7", "speed", "cma"),
                call("run --board-option cma=lots", "lots"),
                call("run --board-option cma=800MiB", "raspberrypi-4.json", "cma", "800MiB", "0 to 736MiB"),
                call("run --board-option lodgers=101", "lodgers", "101", "0 to 100"),
                call("run qemu-virt --board-option memory=1MiB", "memory", "1MiB", "32MiB to 255GiB"),
                call("explain --uses camera", "--format", "--bytes"),
                call("explain --uses camera --format NV12", "--size"),
                call("explain --constraints nowhere.json", "nowhere.json"),
                call("tour 99", "99"),
                call("check", "FILE"),
                call("check nowhere.jar", "nowhere.jar"),
                call("bench range --trace nowhere", "nowhere"),
                call("bench nothing", "nothing"),
                call("board", "not yet"),
                call("lab --arch mips", "mips", "x86-64, arm64"),
                call("lab --job machine=1g", "exit=CODE"),
                call("probe now", "now"),
                call("frobnicate", "frobnicate", "run"));
    }

    private static Arguments call(String words, String... told) {
        return Arguments.of(words, told);
    }

    @ParameterizedTest(name = "./sharebuf {0}")
    @MethodSource("calls")
    void isAWrongCall(String words, String[] told) {
        Call call = Call.of(folder, words.split(" "));
        assertThat(call.exit()).as(call.told()).isEqualTo(2);
        assertThat(call.err()).as(call.told()).contains(told).doesNotContain("\tat ", "Exception in thread");
    }

    @Test
    @DisplayName("a device that is not on the board is refused with those that are")
    void unknownDevice() {
        Call call = Call.of(folder, "run", "--pipeline", "camera -> toaster");
        assertThat(call.exit()).as(call.told()).isIn(2, 3);
        assertThat(call.err()).contains("toaster", "display");
    }

    @Test
    @DisplayName("a truncated Y4M says at which frame, one of another size says so, one that is none says what it wants")
    void badY4m() throws IOException {
        byte[] good = Y4m.random(320, 240, 5, 1).bytes();
        Files.write(folder.resolve("cut.y4m"), Arrays.copyOf(good, good.length - 1000));
        Call cut = Call.of(folder, "run", "--source", "cut.y4m", "--size", "320x240", "--fps", "0", "--frames", "5");
        assertThat(cut.exit()).as(cut.told()).isEqualTo(2);
        assertThat(cut.err()).contains("cut.y4m", "frame 4");
        Files.write(folder.resolve("good.y4m"), good);
        Call other = Call.of(folder, "run", "--source", "good.y4m", "--size", "640x480");
        assertThat(other.exit()).as(other.told()).isEqualTo(2);
        assertThat(other.err()).contains("320x240", "640x480");
        Files.writeString(folder.resolve("none.y4m"), "hello");
        Call none = Call.of(folder, "run", "--source", "none.y4m");
        assertThat(none.exit()).as(none.told()).isEqualTo(2);
        assertThat(none.err()).contains("none.y4m", "YUV4MPEG2");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("boards")
    void wrongBoard(String from, String to, String[] told) throws IOException {
        String good = Files.readString(Call.home().resolve("boards/qemu-virt.json"));
        assertThat(good).contains(from);
        Files.writeString(folder.resolve("wrong.json"), good.replace(from, to));
        Call call = Call.of(folder, "run", "wrong.json", "--frames", "1");
        assertThat(call.exit()).as(call.told()).isEqualTo(2);
        assertThat(call.err()).as(call.told()).contains("wrong.json").contains(told).doesNotContain("\tat ");
    }

    static Stream<Arguments> boards() {
        return Stream.of(
                board("\"base\": \"0x40000000\"", "\"base\": \"later\"", "base", "later"),
                board("\"maxSegments\": \"1\"", "\"maxSegments\": \"one\"", "maxSegments", "one"),
                board("\"maxSegments\": \"1\"", "\"maxSegment\": \"1\"", "maxSegment"),
                board("\"maxSegments\": \"1\"", "\"alternatives\": [{}, {}, {}, {}, {}, {}, {}, {}, {}]", "sharebuf.sim.device~codec/alternatives (line ", "9 of them", "at most 8"),
                board("\"maxSegments\": \"1\"", "\"alternatives\": [{\"maxSegments\": 4, \"align\": \"3KiB\"}]", "codec/alternatives[0].align", "3072", "a power of two"),
                board("\"maxSegments\": \"1\"", "\"alternatives\": [{\"iommu\": true}]", "alternatives[0].iommu", "wired in one way"),
                board("\"maxSegments\": \"1\"", "\"alternatives\": [{\"regions\": [\"attic\"]}]", "alternatives[0].regions", "[attic]", "cma, ram"),
                board("\"maxSegments\": \"1\"", "\"alternatives\": {\"input\": [{}]}", "alternatives", "input", "output, capture"),
                board("\"sharebuf.region\": \"ram\"}", "\"sharebuf.region\": \"ram\", \"alternatives\": [{}]}", "allocator.generic~ram/alternatives"),
                board("org.sharebuf:mapops.direct:0.1.0", "org.sharebuf:mapops.magic:0.1.0", "mapops.magic"),
                board("\"bundles\"", "\"bumbles\"", "bumbles"),
                board("{", "[", "wrong.json"));
    }

    private static Arguments board(String from, String to, String... told) {
        return Arguments.of(from, to, told);
    }
}
