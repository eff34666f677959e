package sharebuf.tck.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines and data of a report. */
class ReportTest {
    private static final Case ONE = new Case("group/one", Level.API, "a model", List.of(), stage -> "");
    private static final Case TWO = new Case("group/two", Level.UAPI, "a model", List.of(), stage -> "");
    private static final Finds FINDS = new Finds(true, List.of("/dev/dma_heap/system"), List.of(), List.of(), List.of(), List.of("/dev/udmabuf: EACCES"), List.of());

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), "6.12", FINDS, List.of(new Jars.Jar("broker", "0.1.0", "abc")));

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldSayALineACaseAndTheSum() {
        report.begin();
        report.ok(ONE, "seen", 1);
        report.failed(TWO, "not \"so\"", 0.5);
        report.skipped(TWO, "no /dev/dma_heap");
        report.end();
        assertThat(text()).contains("/dev/dma_heap/system", "not opened: /dev/udmabuf: EACCES", "broker", "abc", "FAILED", "skipped: no /dev/dma_heap").endsWith("1 passed, 1 failed, 1 skipped\n");
        assertThat(report.failed()).isEqualTo(1);
        assertThat(Json.write(report.json())).contains("\"outcome\": \"ok\"", "\"outcome\": \"failed\", \"what\": \"not \\\"so\\\"\"", "\"passed\": 1", "\"heaps\": [\"/dev/dma_heap/system\"]");
    }

    @Test
    void shouldSayThatNothingWasFound() {
        Report nothing = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), "6.12", new Finds(true, List.of(), List.of(), List.of(), List.of(), List.of(), List.of()), List.of());
        nothing.begin();
        assertThat(text()).contains("no device found", "/dev/video*");
    }

    @Test
    void shouldNameWhatIsMissing() {
        assertThat(Need.HEAP.missing(FINDS)).isEmpty();
        assertThat(Need.BUFFERS.missing(FINDS)).isEmpty();
        assertThat(Need.UDMABUF.missing(FINDS)).as("it is there, and closed").contains("/dev/udmabuf: EACCES");
        assertThat(Need.VIDEO.missing(FINDS)).contains("no /dev/video*");
        assertThat(Need.VIDEO.missing(new Finds(false, List.of(), List.of(), List.of(), List.of(), List.of(), List.of())).orElseThrow()).contains("native access");
    }
}
