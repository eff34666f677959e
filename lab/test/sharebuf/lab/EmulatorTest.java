package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell script plays QEMU and the guest. */
class EmulatorTest {
    private static final List<Job> JOBS = List.of(job("a", "x"), job("b", "y"));

    @TempDir
    private Path share;

    private final List<String> said = new ArrayList<>();

    @Test
    void aBootThatDiesAndOneThatHangsAreTriedAgain() throws Exception {
        Emulator.Outcome outcome = run("""
            echo boot >>boots
            case $(wc -l <boots) in
                1) echo 'Kernel panic' >m/console.log; exit 1 ;;
                2) exec sleep 600 ;;
            esac
            echo >m/ready
            while read -r name limit command; do mkdir -p jobs/$name; echo 0 1 2 >jobs/$name/exit; done <m/jobs.list
            echo >m/done
            """);
        assertEquals(3, outcome.boots());
        assertTrue(outcome.ended(), outcome.trouble());
        assertTrue(said.get(0).contains("console.log: Kernel panic"), said.toString());
        assertTrue(said.get(1).contains("hangs after 4 s"), said.toString());
        assertEquals(List.of("job a is done", "job b is done"), said.subList(3, 5));
    }

    @Test
    void threeBadBootsAreEnough() throws Exception {
        Emulator.Outcome outcome = run("echo boot >>boots; echo 'no such device' >&2; exit 1");
        assertFalse(outcome.ended());
        assertEquals(3, Files.readAllLines(share.resolve("boots")).size());
        assertTrue(outcome.trouble().contains("qemu.log: no such device"), outcome.trouble());
    }

    @Test
    void aGuestThatDiesInAJobIsNotBootedAgain() throws Exception {
        Emulator.Outcome outcome = run("echo boot >>boots; echo >m/ready; mkdir -p jobs/a; echo 0 1 2 >jobs/a/exit");
        assertFalse(outcome.ended());
        assertEquals(1, outcome.boots());
        assertEquals("never ended", Result.read(share, JOBS.getLast()).verdict());
        assertEquals("0", Result.read(share, JOBS.getFirst()).verdict());
    }

    @Test
    void whatElseIsInTheFolderStaysThere() throws Exception {
        Path alien = Files.writeString(share.resolve("notes"), "mine");
        Path ready = Files.createDirectories(share.resolve("m")).resolve("ready");
        Files.writeString(ready, "of an earlier run");
        Path other = Files.createDirectories(share.resolve("jobs/of-another-machine"));
        assertFalse(run("exit 1").ended());
        assertTrue(Files.exists(alien));
        assertTrue(Files.exists(other));
        assertFalse(Files.exists(ready));
    }

    @Test
    void closingEndsIt() throws Exception {
        Emulator emulator = emulator("echo $$ >pid; echo >m/ready; exec sleep 600");
        Thread closer = Thread.ofVirtual().start(() -> {
            while (!hasSaid("the guest is up")) {
                Thread.onSpinWait();
            }
            emulator.close();
        });
        assertFalse(emulator.run(JOBS).ended());
        closer.join();
        long pid = Long.parseLong(Files.readString(share.resolve("pid")).strip());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    private static Job job(String name, String command) {
        return Job.of(name, 5, EnumSet.allOf(Arch.class), command);
    }

    private boolean hasSaid(String words) {
        synchronized (said) {
            return said.toString().contains(words);
        }
    }

    private Emulator.Outcome run(String script) throws Exception {
        try (Emulator emulator = emulator(script)) {
            return emulator.run(JOBS);
        }
    }

    private Emulator emulator(String script) {
        return new Emulator(List.of("sh", "-c", script), share, "m", 4, line -> {
            synchronized (said) {
                said.add(line);
            }
        });
    }
}
