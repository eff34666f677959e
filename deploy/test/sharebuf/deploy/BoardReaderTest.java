package sharebuf.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sharebuf.deploy.BoardFile.BundleRef;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deployment.BoardException;

class BoardReaderTest {
    private static final String GOOD = """
            { // a comment
              "id": "a:b:1", "name": "n", "description": "http://d", /* another
              one */ "variables": {"size": "4KiB", "n": 7, "on": true},
              "bundles": [{"id": "org.sharebuf:allocator.x:0.1.0"}],
              "configurations": {"p.q~r": {"a": "${size} + ${n}", "b": true, "c": ["${n}", 2], "d": 18446744073709551615}}
            }
            """;

    @Test
    void readsAndFillsIn() throws BoardException {
        BoardFile board = BoardReader.read("f", GOOD, Map.of("n", "9"));
        assertThat(board.name()).isEqualTo("n");
        assertThat(board.description()).isEqualTo("http://d");
        assertThat(board.variables()).containsOnly(Map.entry("size", "4KiB"), Map.entry("n", "9"), Map.entry("on", "true"));
        assertThat(board.bundles()).containsExactly(new BundleRef("allocator.x", "0.1.0", Optional.empty(), Optional.empty()));
        assertThat(board.configurations()).containsExactly(
                new Config("p.q", "r", Map.of("a", "4KiB + 9", "b", true, "c", List.of("9", "2"), "d", "18446744073709551615")));
    }

    @Test
    void aConfigurationIsThereWhenItsVariableSaysSo() throws BoardException {
        String text = GOOD.replace("\"b\": true", "\"b\": true, \"when\": \"${n}=7\"");
        assertThat(BoardReader.read("f", text, Map.of()).configurations()).extracting(Config::name).containsExactly("r");
        assertThat(BoardReader.read("f", text, Map.of()).configurations().getFirst().values()).doesNotContainKey("when");
        assertThat(BoardReader.read("f", text, Map.of("n", "8")).configurations()).isEmpty();
        assertThatThrownBy(() -> BoardReader.read("f", text.replace("${n}=7", "${n}"), Map.of())).isInstanceOf(BoardException.class)
                .hasMessageContaining("f: p.q~r/when: 7; allowed: two texts with = between");
    }

    @Test
    void anUnknownOptionIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> BoardReader.read("f", GOOD, Map.of("sise", "1"))).isInstanceOf(BoardException.class)
                .hasMessageContaining("f: option sise: 1").hasMessageContaining("n, on, size");
    }

    /** What the extension says of a variable, the option, and the message; nothing when it is allowed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`\"size\": {\"max\": \"736MiB\", \"multiple\": \"4KiB\"}` | size | 736MiB | ",
        "`\"size\": {\"max\": \"736MiB\", \"multiple\": \"4KiB\"}` | size | 0 | ",
        "`\"size\": {\"max\": \"736MiB\", \"multiple\": \"4KiB\"}` | size | 800MiB | `f: option size: 800MiB; allowed: 0 to 736MiB, a multiple of 4KiB`",
        "`\"size\": {\"max\": \"736MiB\", \"multiple\": \"4KiB\"}` | size | 4095 | `option size: 4095; allowed: 0 to 736MiB`",
        "`\"size\": {\"max\": \"736MiB\"}` | size | -1 | `option size: -1; allowed: 0 to 736MiB`",
        "`\"size\": {\"max\": \"736MiB\"}` | size | 1GiB - 512MiB | `allowed: 0 to 736MiB`",
        "`\"size\": {\"min\": \"8KiB\"}` | n | 7 | `f: variables/size: 4KiB; allowed: 8KiB to 18446744073709551615`",
        "`\"n\": {\"min\": \"0\", \"max\": \"100\"}` | n | 101 | `f: option n: 101; allowed: 0 to 100`",
        "`\"sise\": {\"max\": \"1\"}` | n | 7 | `extensions/sharebuf.variables/json/sise (line 2)`",
        "`\"n\": {\"maximum\": \"1\"}` | n | 7 | `one of the keys max, min, multiple`",
        "`\"n\": {\"max\": \"1 mile\"}` | n | 7 | `extensions/sharebuf.variables/json/n (line 2)`",
        "`\"n\": {\"min\": \"2\", \"max\": \"1\"}` | n | 7 | `min up to max`",
        "`\"on\": {\"values\": [\"true\", \"maybe\"]}` | on | maybe | ",
        "`\"on\": {\"values\": [\"true\", \"maybe\"]}` | on | false | `f: option on: false; allowed: true or maybe`",
        "`\"n\": {\"values\": [\"1\"], \"max\": \"1\"}` | n | 1 | `one of the keys values`",
    })
    void rangesAreChecked(String range, String option, String value, String message) throws BoardException {
        String text = GOOD.replace("{ // a comment\n", "{ // a comment\n\"extensions\": {\"sharebuf.variables\": {\"type\": \"json\", \"json\": {"
                + range + "}}},");
        if (message == null) {
            assertThat(BoardReader.read("f", text, Map.of(option, value)).variables()).containsEntry(option, value);
        } else {
            assertThatThrownBy(() -> BoardReader.read("f", text, Map.of(option, value))).isInstanceOf(BoardException.class)
                    .hasMessageContaining(message);
        }
    }

    /** What is replaced in the good file, by what, and what the message must name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`\"id\": \"a:b:1\"` | `\"id\": \"a:b\"` | id: \"a:b\"; allowed: group:artifact:version",
        "`\"id\": \"a:b:1\"` | `\"id\": 5` | `id (line 2): 5; allowed: a text`",
        "`\"name\": \"n\"` | `\"names\": \"n\"` | names (line 2)",
        "`\"name\": \"n\"` | `\"name\": \"n\", \"name\": \"m\"` | a second time",
        "`${size}` | `${sise}` | `p.q~r/a: ${sise}; allowed: one of the variables n, on, size`",
        "`p.q~r` | `p.q` | such as PID~NAME",
        "`p.q~r` | `p.q~` | such as PID~NAME",
        "`\"b\": true` | `\"b\": {}` | p.q~r/b (line 5): an object",
        "`\"b\": true` | `\"b\": null` | p.q~r/b (line 5): null",
        "`\"c\": [` | `\"c\": [[], ` | p.q~r/c (line 5): an array",
        "`:0.1.0\"` | `:0.1.0\", \"sha256\": \"00\"` | 64 hexadecimal digits",
        "`:0.1.0\"` | `:0.1.0\", \"location\": \"file:x.jar\"` | the digest of the jar",
        "`:0.1.0\"` | `:0.1.0\", \"location\": \"http://x\"` | `location: http://x; allowed: file: and a path`",
        "`:0.1.0\"}` | `:0.1.0\"}, {\"id\": \"o:allocator.x:2\"}` | each bundle once",
        "`:0.1.0\"}` | `:0.1.0\", \"start\": 1}` | bundles[0]/start (line 4)",
        "`[{` | `[1, {` | `bundles[0] (line 4): 1`",
    })
    void saysWhatIsWrongAndWhere(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> BoardReader.read("f", GOOD.replace(good, bad), Map.of())).isInstanceOf(BoardException.class)
                .hasMessageStartingWith("f: ").hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"``", "`{`", "`{\"a\":`", "`[]`", "`{} {}`", "`{\"a\": 1,}`", "`/* {}`", "`nonsense`",
        "`{\"a\" 1}`", "`{\"a\": 'x'}`"})
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> BoardReader.read("f", text, Map.of())).isInstanceOf(BoardException.class).hasMessageStartingWith("f: ");
    }

    @Test
    void cutOffAnywhereItIsRefusedAndNeverBreaks() {
        String text = GOOD.strip();
        for (int end = 0; end < text.length(); end++) {
            String cut = text.substring(0, end);
            assertThatThrownBy(() -> BoardReader.read("f", cut, Map.of())).as(cut).isInstanceOf(BoardException.class);
        }
    }
}
