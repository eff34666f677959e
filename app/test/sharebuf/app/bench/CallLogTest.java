package sharebuf.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CallLogTest {
    private final CallLog log = new CallLog();

    /** Later than all before it. */
    private static long now() {
        long now = System.nanoTime();
        while (System.nanoTime() == now) {
            Thread.onSpinWait();
        }
        return now + 1;
    }

    @Test
    @DisplayName("a call is under way from its beginning to its end, the one that goes on too, and no other time")
    void calls() {
        long before = now();
        assertThat(log.wasUnderWay(before)).isFalse();
        List<Long> within = new ArrayList<>();
        List<Long> between = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            between.add(now());
            now();
            log.begin();
            within.add(now());
            now();
            log.end();
        }
        between.add(now());
        now();
        log.begin();
        within.add(now());
        assertThat(within).allMatch(log::wasUnderWay);
        assertThat(between).noneMatch(log::wasUnderWay);
        assertThat(log.wasUnderWay(before)).isFalse();
        log.end();
        assertThat(within).allMatch(log::wasUnderWay);
    }

    @Test
    @DisplayName("what is long past is forgotten, and never taken for a call")
    void forgotten() {
        long gap = now();
        now();
        log.begin();
        long first = now();
        log.end();
        for (int i = 0; i < 1 << 14; i++) {
            log.begin();
            log.end();
        }
        assertThat(log.wasUnderWay(first)).isFalse();
        assertThat(log.wasUnderWay(gap)).isFalse();
    }
}
