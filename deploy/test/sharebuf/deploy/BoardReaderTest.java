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
    void anUnknownOptionIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> BoardReader.read("f", GOOD, Map.of("sise", "1"))).isInstanceOf(BoardException.class)
                .hasMessageContaining("f: option sise: 1").hasMessageContaining("n, on, size");
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
