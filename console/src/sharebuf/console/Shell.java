package sharebuf.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** Reads lines, lets Gogo execute them and shows the results, until {@code exit} or the end of the input. Confined to one thread. */
final class Shell {
    private static final String PROMPT = "sharebuf> ";

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

    /** How many lines failed. */
    int run() throws IOException {
        int failed = 0;
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        // Commands get an empty keyboard: the lines after theirs are the shell's.
        try (CommandSession session = processor.createSession(InputStream.nullInputStream(), out, err)) {
            for (String line = next(lines); line != null && !isEnd(line); line = next(lines)) {
                if (!line.isBlank() && !line.strip().startsWith("#")) {
                    failed += execute(session, line) ? 0 : 1;
                }
            }
        }
        return failed;
    }

    private String next(BufferedReader lines) throws IOException {
        if (interactive) {
            out.print(PROMPT);
            out.flush();
        }
        return lines.readLine();
    }

    private static boolean isEnd(String line) {
        return line.strip().equals("exit") || line.strip().equals("quit");
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
