package sharebuf.app.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
            throw WrongCall.option("--json", json.get(), "a file that can be written, or - (" + e + ")");
        }
    }
}
