package sharebuf.app.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a command writes: lines for people on standard output, its result as JSON where {@code --json} says. With {@code --json -}
 * standard output is for the JSON alone.
 *
 * <p>Thread-safe.
 */
public final class Output {
    private final PrintStream out;
    private final PrintStream err;
    private final Optional<String> json;

    /**
     * Output of one call.
     *
     * @param out standard output
     * @param err standard error
     * @param json value of {@code --json}
     */
    public Output(PrintStream out, PrintStream err, Optional<String> json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /**
     * Finds out before there is a result whether it can be written, so that none is lost.
     *
     * @throws WrongCall when it cannot
     */
    void check() throws WrongCall {
        if (json.isEmpty() || json.get().equals("-")) {
            return;
        }
        Path file;
        try {
            file = Path.of(json.get()).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw unwritable(e.getReason());
        }
        Path folder = file.getParent();
        if (Files.isDirectory(file)) {
            throw unwritable("it is a folder");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw unwritable("there is no folder " + folder);
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw unwritable("it may not be written");
        }
    }

    private WrongCall unwritable(String why) {
        return WrongCall.option("--json", json.orElseThrow(), "a file that can be written, or - (" + why + ")");
    }

    /**
     * A line for people.
     *
     * @param line one or more lines
     */
    public void say(String line) {
        if (!json.equals(Optional.of("-"))) {
            out.println(line.stripTrailing());
        }
    }

    /**
     * What went wrong.
     *
     * @param line one or more lines
     */
    public void error(String line) {
        err.println(line.stripTrailing());
    }

    /**
     * The result.
     *
     * @param value as {@link Json} writes it
     * @throws WrongCall when the file cannot be written
     */
    public void result(Object value) throws WrongCall {
        if (json.isEmpty()) {
            return;
        }
        byte[] text = Json.write(value).getBytes(StandardCharsets.UTF_8);
        if (json.get().equals("-")) {
            out.writeBytes(text);
            out.flush();
            return;
        }
        try {
            Files.write(Path.of(json.get()), text);
        } catch (IOException e) {
            throw unwritable(e.toString());
        }
    }
}
