package sharebuf.deployment;

import java.util.List;
import java.util.Locale;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A folder whose jars run.
 *
 * <p>Thread-safe. {@link #close} ends the watching; the bundles stay until somebody stops them, or the board is taken down.
 */
@ProviderType
public interface PluginFolder extends AutoCloseable {
    /**
     * The jars that run because they lie there.
     *
     * @return by name of the file
     */
    List<Jar> jars();

    /** Looks no more. What is being installed at this moment is waited for. Idempotent. */
    @Override
    void close();

    /**
     * A jar that runs.
     *
     * @param file its name in the folder
     * @param bundle its symbolic name
     * @param version its version
     * @param sha256 digest of the bytes that were installed, in hexadecimal
     */
    record Jar(String file, String bundle, String version, String sha256) {
    }

    /** What happened. */
    enum What {
        /** A jar was installed and started. */
        INSTALLED,
        /** A jar took the place of the bundle that ran. */
        SWAPPED,
        /** The bundle of a jar that was taken out was uninstalled. */
        REMOVED,
        /** A jar has another name now; nothing else changed. */
        RENAMED,
        /** A jar is not taken, or could not be taken out; what ran before runs on. */
        REFUSED,
        /** A jar is not complete yet. */
        WAITING,
        /** Something that is no jar. */
        IGNORED,
        /** The folder itself went or came back. */
        FOLDER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something that happened.
     *
     * @param file name of the file in the folder; the folder's path where it is about the folder
     * @param what it was
     * @param jar what was read from the jar, its parts empty texts where it was not read
     * @param message in words
     * @param micros how long the change took; 0 when nothing was changed
     */
    record Event(String file, What what, Jar jar, String message, long micros) {
        private static final int DIGEST_SHOWN = 16;

        /**
         * All of it in one line for people.
         *
         * @return the message, with the beginning of the digest of what was installed
         */
        public String line() {
            boolean installed = what == What.INSTALLED || what == What.SWAPPED;
            return "plug-in folder: " + message + (installed ? "; from " + file + ", sha256 " + jar.sha256().substring(0, DIGEST_SHOWN) : "");
        }

        /**
         * Whether somebody has to do something about it.
         *
         * @return true for what is refused or does not get complete
         */
        public boolean trouble() {
            return what == What.REFUSED || what == What.WAITING;
        }
    }
}
