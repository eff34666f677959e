package sharebuf.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;

class SyntaxTest {
    private static final Syntax SYNTAX = Syntax.of("play", "[BOARD]", 1, "Plays.").option("--size", "WxH", "in pixels").option("--loud", "", "louder")
            .many("--at", "X", "when");

    @Test
    void optionsAreReadInBothForms() throws Exception {
        Arguments a = SYNTAX.parse(new String[] {"--size", "3x4", "pi", "--at=1", "--at", "2", "--loud", "--json", "-"});
        assertThat(a.plain()).containsExactly("pi");
        assertThat(a.value("--size")).hasValue("3x4");
        assertThat(a.values("--at")).containsExactly("1", "2");
        assertThat(a.has("--loud")).isTrue();
        assertThat(a.value("--json")).hasValue("-");
    }

    @Test
    void mistakesNameTheOptionAndWhatIsAllowed() {
        for (String[] call : List.of(new String[] {"--sise", "1"}, new String[] {"--size"}, new String[] {"--size", "--loud"},
                new String[] {"--size", "1x1", "--size", "2x2"}, new String[] {"--loud=1"})) {
            assertThatThrownBy(() -> SYNTAX.parse(call)).isInstanceOf(WrongCall.class).hasMessageMatching(".*--(si[sz]e|loud).*");
        }
        assertThatThrownBy(() -> SYNTAX.parse(new String[] {"a", "b"})).hasMessageContaining("'b'");
        assertThatThrownBy(() -> SYNTAX.parse(new String[] {"--at", "7"}).number("--at", 0, 1, 5)).hasMessage("--at 7: allowed: a whole number from 1 to 5");
        assertThatThrownBy(() -> Size.parse("--size", "0x5")).hasMessageStartingWith("--size 0x5: allowed: ");
    }

    @Test
    void helpNamesEveryOption() {
        SYNTAX.options().forEach(o -> assertThat(SYNTAX.help()).contains(o.name()));
    }

    @Test
    void aRefusalGivesThreeAndItsFixOnStandardError() {
        Refusal refusal = Refusal.of(Errno.ENOMEM, "size", "1", "2").fixedBy("--count 1").about("camera", "capture");
        Called called = call(new RefusedException(refusal), "--json", "-");
        assertThat(called.exit).isEqualTo(3);
        assertThat(called.err).contains("refused: ENOMEM").contains("camera:capture").contains("--count 1");
        assertThat(called.out).startsWith("{").contains("\"errno\": \"ENOMEM\"");
        assertThat(call(null, "--nonsense").exit).isEqualTo(2);
        assertThat(call(null, "--help").out).startsWith("usage: ./sharebuf play");
    }

    private record Called(int exit, String out, String err) {
    }

    private static Called call(RefusedException thrown, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = new Command() {
            @Override
            protected Syntax syntax() {
                return SYNTAX;
            }

            @Override
            protected int run(Arguments arguments, Output output) {
                throw thrown;
            }
        }.call(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Called(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
