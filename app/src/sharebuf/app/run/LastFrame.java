package sharebuf.app.run;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a command while the last picture is on a screen, at most {@value #SECONDS} seconds long. It gets the environment of this process and
 * {@code SHAREBUF_DISPLAY}, the display's name; what it prints goes to standard error.
 *
 * <p>Thread-safe. Several displays run it one after another.
 */
final class LastFrame implements Consumer<String> {
    static final int SECONDS = 60;

    private final String command;
    private Optional<String> failure = Optional.empty();
    private boolean ran;

    LastFrame(String command) {
        this.command = command;
    }

    @Override
    public synchronized void accept(String display) {
        ran = true;
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec 1>&2\n" + command);
        builder.environment().put("SHAREBUF_DISPLAY", display);
        builder.inheritIO().redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        try {
            Process process = builder.start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                failed("did not end within " + SECONDS + " s");
            } else if (process.exitValue() != 0) {
                failed("ended with exit code " + process.exitValue());
            }
        } catch (IOException e) {
            failed("cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed("was interrupted");
        }
    }

    private void failed(String how) {
        if (failure.isEmpty()) {
            failure = Optional.of("--on-last '" + command + "': the command " + how);
        }
    }

    /** What went wrong; that it never came to it, too. */
    synchronized Optional<String> failure() {
        return ran ? failure : Optional.of("--on-last '" + command + "': no picture was shown");
    }
}
