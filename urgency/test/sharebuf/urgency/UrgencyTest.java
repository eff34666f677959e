package sharebuf.urgency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UrgencyTest {
    private final int me = Urgency.thread();

    @BeforeEach
    void allowed() {
        assumeTrue(Urgency.REAL_TIME.give(me) && Urgency.FIRST.give(me), "the system does not allow it to this process");
        Urgency.ORDINARY.give(me);
    }

    @AfterEach
    void ordinaryAgain() {
        Urgency.ORDINARY.give(me); // the thread is JUnit's
    }

    /** As proc_pid_stat(5) counts them: nice, rt_priority and policy. */
    private static List<String> scheduling(int thread) {
        try {
            String stat = Files.readString(Path.of("/proc/self/task/" + thread + "/stat"));
            String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return List.of(behindName[19 - 3], behindName[40 - 3], behindName[41 - 3]);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("each urgency is what the system says of the thread, whatever it had before")
    void given() {
        for (Urgency before : Urgency.values()) {
            for (Urgency urgency : Urgency.values()) {
                before.give(me);
                assertThat(urgency.give(me)).isTrue();
                assertThat(scheduling(me)).as("%s after %s", urgency, before).isEqualTo(switch (urgency) {
                    case ORDINARY -> List.of("0", "0", "0");
                    case FIRST -> List.of("-10", "0", "0");
                    case REAL_TIME -> List.of("0", "1", "1");
                });
            }
        }
    }

    @Test
    @DisplayName("it is given to another thread, and taken from it")
    void others() throws Exception {
        try (Other other = new Other("other")) {
            assertThat(other.thread).isNotEqualTo(me);
            assertThat(Urgency.REAL_TIME.give(other.thread)).isTrue();
            assertThat(scheduling(other.thread)).containsExactly("0", "1", "1");
            assertThat(scheduling(me)).containsExactly("0", "0", "0");
            assertThat(Urgency.ORDINARY.give(other.thread)).isTrue();
            assertThat(scheduling(other.thread)).containsExactly("0", "0", "0");
        }
    }

    @Test
    @DisplayName("a thread that an urgent one starts is ordinary")
    void notInherited() throws Exception {
        for (Urgency urgency : List.of(Urgency.FIRST, Urgency.REAL_TIME)) {
            urgency.give(me);
            try (Other other = new Other("child")) {
                assertThat(scheduling(other.thread)).as("child of one that is %s", urgency).containsExactly("0", "0", "0");
            }
        }
    }

    @Test
    @DisplayName("threads are found by name, all of that name and no others")
    void named() throws Exception {
        try (Other one = new Other("urgency-test"); Other two = new Other("urgency-test"); Other third = new Other("urgency-tess")) {
            assertThat(Urgency.FIRST.giveNamed("urgency-test")).isEqualTo(2);
            assertThat(List.of(scheduling(one.thread), scheduling(two.thread))).containsOnly(List.of("-10", "0", "0"));
            assertThat(scheduling(third.thread)).containsExactly("0", "0", "0");
        }
    }

    @Test
    @DisplayName("nobody, and who has ended, gets nothing")
    void nobody() throws Exception {
        assertThat(Urgency.FIRST.give(Urgency.NOBODY)).isFalse();
        int ended;
        try (Other other = new Other("short")) {
            ended = other.thread;
        }
        // The system may need a moment to forget it.
        while (Files.exists(Path.of("/proc/self/task/" + ended))) {
            Thread.onSpinWait();
        }
        assertThat(Urgency.FIRST.give(ended)).isFalse();
    }

    /** A thread that waits until it is closed. */
    private static final class Other implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);
        private final Thread java;
        private final int thread;

        Other(String name) throws InterruptedException {
            AtomicInteger number = new AtomicInteger();
            CountDownLatch begun = new CountDownLatch(1);
            java = Thread.ofPlatform().name(name).start(() -> {
                try {
                    number.set(Urgency.thread());
                    begun.countDown();
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            begun.await();
            thread = number.get();
        }

        @Override
        public void close() {
            end.countDown();
            try {
                java.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
