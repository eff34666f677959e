package sharebuf.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAlignedAndLinesEndWithoutBlanks() {
        Table table = new Table("A", "LONG", "C");
        table.row("aaa", 1, "");
        table.row("b", "22", "c");
        assertThat(table.text("none")).isEqualTo("A    LONG  C\naaa  1\nb    22    c");
    }

    @Test
    void anEmptyTableSaysSo() {
        assertThat(new Table("A").text("nothing is live")).isEqualTo("nothing is live");
    }

    @Test
    void aRowOfAnotherLengthIsAMistake() {
        assertThatThrownBy(() -> new Table("A", "B").row("x")).isInstanceOf(IllegalArgumentException.class);
    }
}
