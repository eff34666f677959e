package sharebuf.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.fields.JsonReader;
import sharebuf.fields.WrongField;

class JsonTest {
    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a \"b\" \\ \n \u0001 ü €");
        map.put("list", List.of(1L, 2.5, "x", List.of(), Map.of()));
        map.put("yes", true);
        map.put("none", Optional.empty());
        Object back = JsonReader.read("x", Json.write(map));
        assertThat(back).isEqualTo(Map.of("text", map.get("text"), "list",
                List.of(new BigDecimal(1), new BigDecimal("2.5"), "x", List.of(), Map.of()), "yes", true, "none", JsonReader.NULL));
    }

    @Test
    void aLoneSurrogateDoesNotBreakTheFile() {
        assertThat(Json.write("a\ud800b")).isEqualTo("\"a\\ud800b\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1 2", "tru", "\"a", "\"\\x\"", "\"\\u12g4\"", "{a:1}", "[1 2]", "nan", "-", "\"a\nb\""})
    void whatIsNoJsonIsRefusedWithItsPlace(String text) {
        assertThatThrownBy(() -> JsonReader.read("file.json", text)).isInstanceOf(WrongField.class).hasMessageMatching("(?s)file\\.json:\\d+:\\d+: .*; allowed: .*");
    }

    @Test
    void placesAreLinesAndColumns() {
        assertThatThrownBy(() -> JsonReader.read("f", "{\n  \"a\": ?\n}")).hasMessageStartingWith("f:2:8: '?'");
    }
}
