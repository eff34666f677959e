package sharebuf.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeArgumentsTest {
    @Test
    void optionsMayStandAnywhereAndComeInBothSpellings() {
        assertThat(ServeArguments.parse("--board-option", "a=1", "board", "--board-option=b=x=y", "--json", "-"))
                .isEqualTo(new ServeArguments("board", Map.of("a", "1", "b", "x=y"), Optional.empty(), "-"));
        assertThat(ServeArguments.parse("board", "--json=state.json", "--plugins", "folder"))
                .isEqualTo(new ServeArguments("board", Map.of(), Optional.of(Path.of("folder")), "state.json"));
    }

    @Test
    void helpWins() {
        assertThat(ServeArguments.parse("board", "--help").board()).isEmpty();
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(ServeArguments.USAGE).contains("  --board-option", "  --plugins", "  --json", "  --help", "exit: 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b --board-option", "b --board-option x", "b --board-option =x", "b --board-option=x", "b c", "b --plugins", "b --json", "b -x"})
    void whatIsWrongIsRefused(String line) {
        assertThatThrownBy(() -> ServeArguments.parse(line.split(" "))).isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("null");
    }
}
