package sharebuf.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastFrameTest {
    @TempDir
    Path folder;

    @Test
    void theCommandKnowsItsDisplay() throws Exception {
        LastFrame last = new LastFrame("echo $SHAREBUF_DISPLAY >" + folder.resolve("said"));
        last.accept("card1");
        assertThat(last.failure()).isEmpty();
        assertThat(Files.readString(folder.resolve("said"))).isEqualTo("card1\n");
    }

    @Test
    void anotherExitCodeIsAFailure() {
        LastFrame last = new LastFrame("exit 3");
        last.accept("card1");
        assertThat(last.failure()).hasValueSatisfying(f -> assertThat(f).contains("exit 3", "exit code 3"));
    }

    @Test
    void aRunThatShowedNothingFailsToo() {
        assertThat(new LastFrame("true").failure()).hasValueSatisfying(f -> assertThat(f).contains("no picture was shown"));
    }
}
