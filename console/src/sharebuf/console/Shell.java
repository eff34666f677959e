package sharebuf.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** Reads lines, lets Gogo execute them and shows the results, until {@code exit} or the end of the input. Confined to one thread. */
final class Shell {
    private static final String PROMPT = "sharebuf> ";
    private static final Pattern EXIT = Pattern.compile("(?:exit|quit)(?:\\s+([01]?\\d{1,2}|2[0-4]\\d|25[0-5]))?");

    private final CommandProcessor processor;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;

    Shell(CommandProcessor processor, InputStream in, PrintStream out, PrintStream err, boolean interactive) {
        this.processor = processor;
        this.in = in;
        this.out = out;
        this.err = err;
        this.interactive = interactive;
    }

    /**
     * How it ended.
     *
     * @param failed how many lines failed
     * @param code what {@code exit} was given
     */
    record End(int failed, OptionalInt code) {
    }

    /** Runs to {@code exit} or the end of the input. */
    End run() throws IOException {
        int failed = 0;
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        // Commands get an empty keyboard: the lines after theirs are the shell's.
        try (CommandSession session = processor.createSession(InputStream.nullInputStream(), out, err)) {
            for (String line = next(lines); line != null; line = next(lines)) {
                Matcher exit = EXIT.matcher(line.strip());
                if (exit.matches()) {
                    return new End(failed, exit.group(1) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(exit.group(1))));
                }
                if (!line.isBlank() && !line.strip().startsWith("#")) {
                    failed += execute(session, line) ? 0 : 1;
                }
            }
        }
        return new End(failed, OptionalInt.empty());
    }

    private String next(BufferedReader lines) throws IOException {
        if (interactive) {
            out.print(PROMPT);
            out.flush();
        }
        return lines.readLine();
    }

    private boolean execute(CommandSession session, String line) {
        try {
            Object result = session.execute(line);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            out.flush();
            return true;
        } catch (Exception e) { // whatever a command throws, the shell goes on
            out.flush();
            err.println(line.strip() + ": " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
            return false;
        }
    }
}
