package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TempoTest {
    private static final long PERIOD = 16_666_667;

    private final Tempo tempo = new Tempo();

    /** Of the current thread, as proc_pid_stat(5) counts them: rt_priority and policy. */
    private static List<String> scheduling() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return List.of(behindName[40 - 3], behindName[41 - 3]);
    }

    @Test
    @DisplayName("who keeps up runs in real time, who does not or has no rate like others")
    void realTime() throws Exception {
        tempo.early();
        assumeTrue(tempo.isRealTime(), "the system does not allow real time to this process");
        try {
            assertThat(scheduling()).containsExactly("1", "1"); // SCHED_FIFO
            tempo.did(PERIOD - 1, PERIOD);
            assertThat(scheduling()).containsExactly("1", "1");
            tempo.did(PERIOD, PERIOD);
            assertThat(tempo.isRealTime()).isFalse();
            assertThat(scheduling()).containsExactly("0", "0"); // SCHED_NORMAL
            tempo.early();
            assertThat(tempo.isRealTime()).isTrue();
        } finally {
            tempo.did(0, 0); // the thread is the test's
        }
        assertThat(scheduling()).containsExactly("0", "0");
    }
}
