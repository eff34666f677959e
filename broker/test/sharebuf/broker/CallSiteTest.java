package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Outcome;

class CallSiteTest {
    @Test
    @DisplayName("the first frame that is not the broker's, read now or later: this test is the broker's, so it is JUnit's or the JDK's")
    void sameNowAndLater() {
        CallSite here = CallSite.here();
        String now = CallSite.now();
        assertThat(here).hasToString(now);
        assertThat(now).doesNotStartWith("sharebuf.broker.").matches(".+\\..+:-?\\d+");
    }

    @Test
    @DisplayName("a frame of Outcome in between is not taken for the caller")
    void throughOutcome() {
        String direct = CallSite.now().replaceAll(":\\d+$", "");
        assertThat(Outcome.ok(1).map(one -> CallSite.here()).orThrow().toString()).startsWith(direct);
        assertThat(Outcome.ok(1).map(one -> CallSite.now()).orThrow()).startsWith(direct);
    }

    @Test
    @DisplayName("a known place stays as it is")
    void known() {
        CallSite known = CallSite.of("a.B.c:7");
        known.settle();
        assertThat(known).hasToString("a.B.c:7");
    }
}
