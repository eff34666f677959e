package sharebuf.app.launch;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

/**
 * Shows warnings and errors of the log on standard error, one line each and the exception's message; standard output belongs to the
 * command.
 */
@Component(service = {}, immediate = true)
public final class StderrLog implements LogListener {
    private final LogReaderService log;

    /**
     * Listens from now on.
     *
     * @param log the log
     */
    @Activate
    public StderrLog(@Reference LogReaderService log) {
        this.log = log;
        log.addLogListener(this);
    }

    @Deactivate
    void stop() {
        log.removeLogListener(this);
    }

    @Override
    public void logged(LogEntry entry) {
        if (entry.getLogLevel().ordinal() > LogLevel.WARN.ordinal()) {
            return;
        }
        Throwable thrown = entry.getException();
        System.err.println(entry.getLogLevel().name().toLowerCase(java.util.Locale.ROOT) + ": " + entry.getBundle().getSymbolicName() + ": "
                + entry.getMessage() + (thrown == null ? "" : ": " + thrown));
    }
}
