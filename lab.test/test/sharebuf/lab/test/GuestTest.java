package sharebuf.lab.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Calls {@code ./sharebuf lab} as a user does. Each job is a test, and so is the run as a whole. */
class GuestTest {
    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> x86() throws Exception {
        return jobs("x86-64", 30);
    }

    @TestFactory
    List<DynamicTest> arm64() throws Exception {
        return jobs("arm64", 20);
    }

    private List<DynamicTest> jobs(String arch, int minutes) throws Exception {
        Path json = folder.resolve("report.json");
        Path output = folder.resolve("output");
        Process lab = new ProcessBuilder(Path.of(System.getProperty("sharebuf.home"), "sharebuf").toString(), "lab", "--arch", arch, "--json",
                json.toString()).directory(folder.toFile()).redirectInput(new File("/dev/null")).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        if (!lab.waitFor(minutes, TimeUnit.MINUTES)) {
            lab.destroy(); // ends QEMU too
            lab.waitFor();
            throw new AssertionError("the lab did not end within " + minutes + " minutes\n" + Files.readString(output));
        }
        int exit = lab.exitValue();
        String told = Files.readString(output);
        if (!Files.exists(json)) {
            throw new AssertionError("the lab ended with " + exit + " and no report\n" + told);
        }
        return tests(arch, read(json), exit, told);
    }

    private static List<DynamicTest> tests(String arch, JsonObject report, int exit, String told) {
        JsonObject lab = report.getJsonObject("lab");
        if (lab.containsKey("lacks")) {
            assertEquals(2, exit, told);
            abort("no lab for " + arch + " here: " + lab.getString("lacks").lines().findFirst().orElse(""));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonValue each : report.getJsonArray("machines")) {
            JsonObject machine = each.asJsonObject();
            tests.add(dynamicTest(arch + ": the machine " + machine.getString("name") + " boots, works and switches itself off",
                    () -> assertTrue(machine.getBoolean("ended"), machine.getString("trouble"))));
            tests.add(dynamicTest(arch + ": the machine " + machine.getString("name") + " has the very jars that run here", () -> {
                assertTrue(machine.getBoolean("sameBundles"), () -> lines(machine, "alien"));
                assertTrue(names(report.getJsonArray("bundles")).containsAll(List.of("broker", "importer.v4l2", "importer.drm")));
            }));
        }
        for (JsonValue each : report.getJsonArray("jobs")) {
            JsonObject job = each.asJsonObject();
            tests.add(dynamicTest(arch + ": " + job.getString("name"), () -> assertTrue(job.getBoolean("passed"),
                    () -> "exit " + job.getString("verdict") + ", see " + job.getString("folder") + "\n" + lines(job, "complaints"))));
        }
        for (JsonValue each : report.getJsonArray("skipped")) {
            JsonObject job = each.asJsonObject();
            tests.add(dynamicTest(arch + ": " + job.getString("name"), () -> abort(job.getString("why"))));
        }
        tests.add(dynamicTest(arch + ": the exit code tells it all", () -> {
            assertNotEquals(0, report.getJsonArray("jobs").size() + report.getJsonArray("skipped").size(), told);
            assertEquals(lab.getBoolean("passed") ? 0 : 1, exit, told);
        }));
        return tests;
    }

    private static List<String> names(JsonArray objects) {
        return objects.getValuesAs(value -> value.asJsonObject().getString("name"));
    }

    private static String lines(JsonObject job, String key) {
        return String.join("\n", job.getJsonArray(key).getValuesAs(value -> ((JsonString) value).getString()));
    }

    private static JsonObject read(Path json) throws IOException {
        try (Reader in = Files.newBufferedReader(json); JsonReader reader = Json.createReader(in)) {
            return reader.readObject();
        }
    }
}
