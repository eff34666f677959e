package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell behind {@code serve}, with commands on standard input. */
class ServeTest {
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    Path folder;

    /** What a shell said and how it ended. */
    private record Served(int exit, String out, String err) {
    }

    private Served serve(String lines, String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(Call.sharebuf().toString(), "serve", "raspberrypi-4"));
        words.addAll(List.of(options));
        Path in = Files.writeString(folder.resolve("in.txt"), lines);
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process = Call.start(folder, words).redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(words + " did not end within " + LIMIT_SECONDS + " s");
        }
        return new Served(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("--json - prints the state at the end and nothing else; a failed command makes it exit 2")
    void stateAsJson() throws Exception {
        Served served = serve("dma:regions\ndma:nonsense\nexit\n", "--json", "-");
        assertThat(served.exit()).isEqualTo(2);
        assertThat(served.err()).contains("REGION", "dma:nonsense");
        JsonObject state = Json.createReader(new StringReader(served.out())).readObject();
        assertThat(state.keySet()).containsExactlyInAnyOrder("board", "bundles", "plugins", "seats", "regions", "buffers", "mappings", "sessions",
                "sets", "holdings", "violations", "learnt");
        assertThat(state.getJsonObject("board").getString("name")).isEqualTo("raspberrypi-4");
        assertThat(state.getJsonArray("regions").getValuesAs(JsonObject.class)).anySatisfy(region -> {
            assertThat(region.getString("name")).isEqualTo("spare");
            assertThat(region.getString("base")).isEqualTo("0x34000000");
            assertThat(region.getJsonNumber("size").longValue()).isEqualTo(64L << 20);
        });
        assertThat(state.getJsonArray("seats").getValuesAs(JsonObject.class)).anySatisfy(seat -> {
            assertThat(seat.getString("name")).isEqualTo("spare");
            assertThat(seat.getString("reason")).isEqualTo("no allocator is installed for it");
        });
    }

    @Test
    @DisplayName("exit takes a code, and the shell explains its commands")
    void exitAndHelp() throws Exception {
        Served served = serve("dma:nonsense\nhelp dma:explain\ndma:explain\nexit 0\n", "--json", "state.json");
        assertThat(served.exit()).as(served.err()).isZero();
        assertThat(served.out()).contains("WIDTHxHEIGHT [COUNT]", "COUNT of buffers");
        assertThat(folder.resolve("state.json")).content().contains("\"seats\"");
        assertThat(serve("exit 7\n").exit()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "check", "run"})
    void helpNamesOptionsAndExitCodes(String command) {
        Call help = Call.of(folder, command, "--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("  --json FILE", "  --help", "exit: 0");
    }
}
