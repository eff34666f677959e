package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the table in {@code docs/boards.md}, played; a refusal's fix is typed and must help. */
class BoardMatrixTest {
    @TempDir
    Path folder;

    record Row(String board, String format, String size, String outcome, String errno, String constraint, String device) {
        @Override
        public String toString() {
            return board + " " + format + " " + size + ": " + outcome;
        }
    }

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Call.home().resolve("docs/boards.md"))) {
            String[] c = Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
            if (c.length == 10 && c[3].matches("\\d+x\\d+")) {
                rows.add(new Row(c[1], c[2], c[3], c[5], c[6], c[7], c[8]));
            }
        }
        return rows;
    }

    @Test
    @DisplayName("the table has a row for each board, format and size, but for boards that are said to be nobody's")
    void tableIsComplete() throws IOException {
        List<String> boards;
        try (Stream<Path> files = Files.list(Call.home().resolve("boards"))) {
            boards = files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json")).map(f -> f.replace(".json", "")).sorted().toList();
        }
        String text = Files.readString(Call.home().resolve("docs/boards.md"));
        List<String> wanted = new ArrayList<>();
        for (String b : boards) {
            if (text.contains("`boards/" + b + ".json` is nobody's")) {
                continue;
            }
            for (String f : List.of("NV12", "NV12M", "YUYV", "XRGB8888")) {
                for (String s : List.of("640x480", "1920x1080", "3840x2160")) {
                    wanted.add(b + f + s);
                }
            }
        }
        assertThat(rows()).extracting(r -> r.board + r.format + r.size).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void asPredicted(Row row) {
        List<String> words = new ArrayList<>(List.of("run", row.board, "--format", row.format, "--size", row.size, "--frames", "8", "--fps", "0", "--json", "-"));
        Call call = Call.of(folder, words.toArray(String[]::new));
        if (row.outcome.equals("delivered")) {
            delivered(call);
            return;
        }
        assertThat(call.exit()).as(call.told()).isEqualTo(3);
        JsonObject refusal = ((JsonObject) call.json()).getJsonObject("refusal");
        assertThat(refusal.getString("errno")).isEqualTo(row.errno);
        assertThat(refusal.getString("constraint")).isEqualTo(row.constraint);
        assertThat(refusal.getString("device")).isEqualTo(row.device);
        assertThat(refusal.getString("fix")).startsWith("--board-option ");
        words.addAll(List.of(refusal.getString("fix").split(" ")));
        delivered(Call.of(folder, words.toArray(String[]::new)));
    }

    private static void delivered(Call call) {
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject frames = ((JsonObject) call.json()).getJsonObject("frames");
        assertThat(frames.getInt("requested")).isEqualTo(8);
        assertThat(frames.getInt("delivered")).isEqualTo(8);
        assertThat(frames.getInt("lost") + frames.getInt("torn")).isZero();
        ((JsonObject) call.json()).getJsonObject("leaks").values().forEach(v -> assertThat(v.toString()).as(call.told()).isEqualTo("0"));
    }
}
