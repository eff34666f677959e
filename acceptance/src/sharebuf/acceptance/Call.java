package sharebuf.acceptance;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One call of {@code ./sharebuf} as a process of its own, ended after two minutes.
 *
 * <p>Immutable.
 *
 * @param words what was typed
 * @param exit the exit code
 * @param out standard output
 * @param err standard error
 */
public record Call(List<String> words, int exit, String out, String err) {
    private static final int LIMIT_SECONDS = 120;

    /** Copies the list. */
    public Call {
        words = List.copyOf(words);
    }

    /**
     * Types a command and waits for its end.
     *
     * @param folder the folder it is typed in
     * @param words the words behind {@code ./sharebuf}
     * @return how it ended
     */
    public static Call of(Path folder, String... words) {
        return of(folder, List.of(sharebuf().toString()), words);
    }

    /**
     * Runs another program in the same way.
     *
     * @param folder the folder it is run in
     * @param program the program and its first words
     * @param words the rest
     * @return how it ended
     */
    public static Call of(Path folder, List<String> program, String... words) {
        List<String> all = new ArrayList<>(program);
        all.addAll(Arrays.asList(words));
        try {
            Path out = Files.createTempFile(folder, "out", ".txt");
            Path err = Files.createTempFile(folder, "err", ".txt");
            Process process = start(folder, all).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IllegalStateException(all + " did not end within " + LIMIT_SECONDS + " s:\n" + Files.readString(out) + Files.readString(err));
            }
            return new Call(all, process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("running " + all, e);
        }
    }

    /**
     * Prepares a process; the caller starts and ends it.
     *
     * @param folder the folder it is run in
     * @param words the program and its words
     * @return the builder, with the JDK of this process for the launcher to find
     */
    public static ProcessBuilder start(Path folder, List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /**
     * The launcher.
     *
     * @return its path
     */
    public static Path sharebuf() {
        return home().resolve("sharebuf");
    }

    /**
     * The project's root.
     *
     * @return its path
     */
    public static Path home() {
        return Path.of(System.getProperty("sharebuf.home"));
    }

    /**
     * Standard output as JSON.
     *
     * @return the structure
     */
    public JsonStructure json() {
        try (JsonReader reader = Json.createReader(new StringReader(out))) {
            return reader.read();
        }
    }

    /**
     * All of it, for messages.
     *
     * @return words, exit code and output
     */
    public String told() {
        return String.join(" ", words) + "\nexit " + exit + "\n" + out + err;
    }
}
