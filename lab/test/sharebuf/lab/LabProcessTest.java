package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab as a process, on a machine of scripts: what is left when it is killed, interrupted, or called twice. */
@Timeout(120)
class LabProcessTest {
    @TempDir
    private Path folder;
    private FakeMachine machine;

    @BeforeEach
    void prepare() throws Exception {
        machine = new FakeMachine(folder);
    }

    @Test
    void fetchesOnceAndRunsTheJobs() throws Exception {
        JsonObject report = passes();
        assertEquals(2, report.getJsonArray("jobs").size());
        assertTrue(report.getJsonArray("machines").getJsonObject(0).getBoolean("sameBundles"));
        List<String> downloads = Files.readAllLines(machine.file("downloads"));
        assertEquals(List.of("linux-image-6.0-fake", "busybox-static", "libc6", "openjdk-25-jre-headless"), downloads);
        Files.createFile(machine.file("no-network"));
        passes();
        assertEquals(downloads, Files.readAllLines(machine.file("downloads")));
    }

    @Test
    void aNewLineOfTheListOfPackagesFetchesThatOneAlone() throws Exception {
        passes();
        Files.writeString(machine.home().resolve("lab/guest/packages"), "libc6\nlibmore\n");
        passes();
        assertEquals("libmore", Files.readAllLines(machine.file("downloads")).getLast());
        assertEquals(5, Files.readAllLines(machine.file("downloads")).size());
        String said = machine.run("--refresh");
        assertTrue(said.startsWith("0\n"), said);
        assertEquals(5, Files.readAllLines(machine.file("downloads")).size(), "nothing is newer");
    }

    @Test
    void withoutANetworkItSaysWhatItLacks() throws Exception {
        Files.createFile(machine.file("no-network"));
        String said = machine.run("--json", machine.file("report").toString());
        assertTrue(said.startsWith("2\nsharebuf: lab: Debian's packages cannot be had: "), said);
        assertTrue(said.contains("E: Failed to fetch"), said);
        assertTrue(report().getJsonObject("lab").getString("lacks").contains("E: Failed to fetch"));
    }

    @Test
    void alienJarsInTheGuestAreNoSuccess() throws Exception {
        Path sums = machine.file("sums");
        Files.writeString(sums, Files.readString(sums).replaceFirst("^.{4}", "0000"));
        String said = machine.run("--json", machine.file("report").toString());
        assertTrue(said.startsWith("1\n") && said.contains("app has the sha256 0000"), said);
        assertFalse(report().getJsonArray("machines").getJsonObject(0).getBoolean("sameBundles"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"download", "unpack", "boot"})
    void whatAKilledRunLeftDoesNotMatter(String step) throws Exception {
        Process lab = reach(step);
        lab.destroyForcibly().waitFor();
        machine.waitAt("");
        passes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "KILL"})
    void theEmulatorEndsWithTheLab(String signal) throws Exception {
        assumeTrue(!signal.equals("KILL") || Host.tied(List.of("x")).size() > 1, "there is no setpriv here");
        Process lab = reach("boot");
        ProcessHandle qemu = ProcessHandle.of(Long.parseLong(Files.readString(machine.file("qemu.pid")).strip())).orElseThrow();
        assertTrue(qemu.isAlive());
        assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(lab.pid())).start().waitFor());
        assertTrue(lab.waitFor(30, TimeUnit.SECONDS));
        qemu.onExit().get(30, TimeUnit.SECONDS);
        assertFalse(qemu.isAlive());
        assertEquals(128 + switch (signal) {
            case "INT" -> 2;
            case "TERM" -> 15;
            default -> 9;
        }, lab.exitValue());
    }

    @Test
    void aSecondOneWaitsForTheFirst() throws Exception {
        Process first = reach("boot");
        Process second = machine.lab();
        try (BufferedReader said = second.inputReader()) {
            assertEquals("sharebuf: lab: waits for another lab of this project to end", said.readLine());
            machine.waitAt("");
            machine.go(); // the guest dies, and the boot after it is a good one
            String end = FakeMachine.end(first);
            assertTrue(end.startsWith("0\n") && end.contains("(2 tries)"), end);
            assertTrue(said.lines().anyMatch(line -> line.startsWith("2 passed, 0 failed")));
        }
        assertTrue(second.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, second.exitValue());
    }

    /** Starts a lab that waits at a step. */
    private Process reach(String step) throws IOException {
        machine.waitAt(step);
        Process lab = machine.lab();
        machine.awaitStep();
        return lab;
    }

    private JsonObject passes() throws Exception {
        String said = machine.run("--json", machine.file("report").toString());
        assertTrue(said.startsWith("0\n") && said.contains("\n2 passed, 0 failed"), said);
        return report();
    }

    private JsonObject report() throws IOException {
        try (Reader in = Files.newBufferedReader(machine.file("report")); JsonReader reader = Json.createReader(in)) {
            return reader.readObject();
        }
    }
}
