package sharebuf.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says, and what the report writes. */
class CallTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "no-such.jar", "--json", "--nonsense x.jar", "--seed x no-such.jar"})
    void wrongCallsAreTold(String line) {
        assertThatThrownBy(() -> Call.of(line.isEmpty() ? new String[0] : line.split(" "))).isInstanceOf(NotChecked.class);
    }

    @Test
    void aCallIsRead(@TempDir Path folder) throws Exception {
        Path jar = Files.createFile(folder.resolve("x.jar"));
        Call call = Call.of(new String[] {jar.toString(), "--seed", "-5", "--json", "-", "--quiet"});
        assertThat(call).isEqualTo(new Call(jar.toAbsolutePath(), "-", -5, true, false));
        assertThat(call.jsonToStandardOutput()).isTrue();
    }

    @Test
    void theReportIsJson() {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        Report report = new Report("x.jar", new PrintStream(lines, true));
        report.about("x 1.0.0", "allocator", "x");
        report.passed("a", "says \"yes\"");
        report.failed("b", "back\\slash\nand line");
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.json()).isEqualTo("{\"jar\":\"x.jar\",\"bundle\":\"x 1.0.0\",\"kind\":\"allocator\",\"pid\":\"x\",\"passed\":1,\"failed\":1,\"cases\":["
                + "{\"name\":\"a\",\"outcome\":\"pass\",\"what\":\"says \\\"yes\\\"\"},{\"name\":\"b\",\"outcome\":\"fail\",\"what\":\"back\\\\slash\\u000aand line\"}]}");
        assertThat(lines.toString()).contains("pass  a").contains("FAIL  b");
    }
}
