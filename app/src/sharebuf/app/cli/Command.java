package sharebuf.app.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import sharebuf.buffer.RefusedException;

/**
 * A command: an OSGi service with the properties {@code sharebuf.command} and {@code sharebuf.help}. Parses its arguments, turns what
 * went wrong into an exit code and a sentence.
 *
 * <p>Thread-safe: a call keeps nothing.
 */
public abstract class Command implements ToIntFunction<String[]> {
    /** Service property: what is typed. */
    public static final String NAME = "sharebuf.command=";
    /** Service property: what it does, one line. */
    public static final String ABOUT = "sharebuf.help=";

    /** For subclasses. */
    protected Command() {
    }

    /**
     * Its arguments.
     *
     * @return the syntax
     */
    protected abstract Syntax syntax();

    /**
     * Does it.
     *
     * @param arguments what was given
     * @param output where to write
     * @return the exit code
     * @throws WrongCall exit 2
     * @throws RefusedException exit 3
     * @throws InterruptedException when the thread was interrupted: exit 130
     */
    protected abstract int run(Arguments arguments, Output output) throws WrongCall, InterruptedException;

    @Override
    public final int applyAsInt(String[] args) {
        return call(args, System.out, System.err);
    }

    /**
     * Does it, with streams of the caller's.
     *
     * @param args the arguments
     * @param out standard output
     * @param err standard error
     * @return the exit code
     */
    public final int call(String[] args, PrintStream out, PrintStream err) {
        Output output = new Output(out, err, Optional.empty());
        String name = syntax().command();
        try {
            Arguments arguments = syntax().parse(args);
            if (arguments.has("--help")) {
                out.print(syntax().help());
                return Exit.DONE;
            }
            output = new Output(out, err, arguments.value("--json"));
            output.check();
            return run(arguments, output);
        } catch (WrongCall e) {
            output.error("sharebuf: " + name + ": " + e.getMessage());
            return Exit.WRONG;
        } catch (RefusedException e) {
            return refused(output, name, e);
        } catch (InterruptedException e) {
            output.error("sharebuf: " + name + ": stopped");
            Thread.currentThread().interrupt();
            return Exit.INTERRUPTED;
        }
    }

    private static int refused(Output output, String name, RefusedException e) {
        output.error(Refusals.text(e.refusal()));
        try {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("refusal", Refusals.json(e.refusal()));
            output.result(result);
        } catch (WrongCall w) {
            output.error("sharebuf: " + name + ": " + w.getMessage());
        }
        return Exit.REFUSED;
    }
}
