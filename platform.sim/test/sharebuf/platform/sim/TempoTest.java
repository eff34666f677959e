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
        Throwable[] failed = new Throwable[1];
        Thread device = Thread.ofPlatform().start(() -> {
            try {
                tempo.early();
                assumeTrue(tempo.isRealTime(), "the system does not allow real time to this process");
                assertThat(scheduling()).containsExactly("1", "1"); // SCHED_FIFO
                tempo.did(PERIOD - 1, PERIOD);
                assertThat(scheduling()).containsExactly("1", "1");
                tempo.did(PERIOD, PERIOD);
                assertThat(tempo.isRealTime()).isFalse();
                assertThat(scheduling()).containsExactly("0", "0"); // SCHED_NORMAL
                tempo.early();
                assertThat(tempo.isRealTime()).isTrue();
                tempo.did(0, 0);
                assertThat(scheduling()).containsExactly("0", "0");
            } catch (Throwable t) {
                failed[0] = t;
            }
        });
        device.join();
        if (failed[0] instanceof org.opentest4j.TestAbortedException aborted) {
            throw aborted;
        }
        assertThat(failed[0]).isNull();
    }
}
