package sharebuf.deployment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Brings a board up in the running framework, and changes its bundles meanwhile.
 *
 * <p>Thread-safe; changes are made one after another. What it installed and configured it takes away in {@link #takeDown}.
 */
@ProviderType
public interface Deployer {
    /** Id of the {@code Condition} service that says that every seat of the board is taken. */
    String BOARD_CONDITION = "sharebuf.board";
    /**
     * Id of the {@code Condition} service that is there while a board is: for each variable NAME it has the service properties
     * {@code NAME} (its value) and, where the board says so, {@code NAME.min}, {@code NAME.max} and {@code NAME.multiple}, all texts.
     * For those who name a variable in a fix and do not know this interface.
     */
    String VARIABLES_CONDITION = "sharebuf.board.variables";

    /**
     * Brings a board up: installs exactly the bundles it names, digests checked, writes its configurations, and waits until every
     * seat is taken.
     *
     * @param file the board's description, an OSGi Feature in JSON
     * @param options values for the variables of the file
     * @param limit how long to wait for the seats
     * @return the board; {@link Board#missing} names seats that were not taken, with the reason
     * @throws BoardException when the file is wrong: file, key, value, allowed
     */
    Board bringUp(Path file, Map<String, String> options, Duration limit) throws BoardException;

    /**
     * The board that is up.
     *
     * @return empty when none is
     */
    Optional<Board> board();

    /**
     * A variable of the board that is up.
     *
     * @param name its name
     * @return empty when no board is up, or it has no such variable
     */
    Optional<Variable> variable(String name);

    /** Takes the board down: stops and uninstalls its bundles, removes its configurations. */
    void takeDown();

    /**
     * Stops a bundle.
     *
     * @param bundle symbolic name
     * @return what became of it
     */
    Change stop(String bundle);

    /**
     * Starts a bundle and waits until its plug-ins are seated.
     *
     * @param bundle symbolic name
     * @return what became of it
     */
    Change start(String bundle);

    /**
     * Installs and starts a plug-in. It gets the seats that its own configuration names, else those of its kind that nobody has.
     *
     * @param jar the bundle
     * @return what became of it
     */
    Change install(Path jar);

    /**
     * Replaces a plug-in's bundle while its buffers live and frames flow. The successor is installed and started beside the old bundle;
     * it must come to wait in line for every seat that the old one has, and adopt what is live there. Only then are requests held,
     * calls in flight waited for, and all seats of the bundle given over together; the old bundle is stopped and uninstalled last.
     * Until the switch anything that goes wrong removes the successor and nothing else: the old bundle serves on.
     *
     * @param bundle symbolic name of the bundle that serves now; of a bundle of the core it is refused with those who hold it
     * @param jar the successor: another version of the same bundle, or any bundle whose plug-ins are of the same kinds. Empty for a copy
     *        of the present jar under the next version
     * @return what became of it; {@link Change#swapped} has the figures when it was done
     */
    Change swap(String bundle, Optional<Path> jar);

    /**
     * Stops and uninstalls a plug-in's bundle for good. What is live in its seats stays, and the seats are free: they are told as gone, not as
     * away, and another plug-in may take them.
     *
     * @param bundle symbolic name; a bundle of the core is refused with those who hold it
     * @return what became of it
     */
    Change uninstall(String bundle);

    /**
     * The bundles in the framework.
     *
     * @return by name
     */
    List<BundleState> bundles();

    /**
     * A bundle.
     *
     * @param name symbolic name
     * @param version its version
     * @param state installed, resolved, starting, active, stopping or uninstalled
     */
    record BundleState(String name, String version, String state) {
    }

    /**
     * What became of a change.
     *
     * @param done whether it was made
     * @param message what happened, or why not
     * @param micros how long it took
     * @param swapped the figures of a swap that was made; empty otherwise
     */
    record Change(boolean done, String message, long micros, Optional<Swapped> swapped) {
        /**
         * A change that was no swap, or a swap that was not made.
         *
         * @param done whether it was made
         * @param message what happened, or why not
         * @param micros how long it took
         */
        public Change(boolean done, String message, long micros) {
            this(done, message, micros, Optional.empty());
        }
    }

    /**
     * A swap that was made.
     *
     * @param bundle symbolic name of the bundle that serves now
     * @param from version that served
     * @param to version that serves now
     * @param seats how many seats changed hands
     * @param heldMicros from closing the seats to opening them again: how long a request was held at most
     * @param adoptMicros the part of it in which the successor adopted what was live
     * @param inFlight calls that were running in the old plug-ins when the seats were closed
     * @param held requests that came meanwhile and were served by the successor
     * @param closedAt when the seats were closed, as {@link System#nanoTime} says it; 0 when there was none
     */
    record Swapped(String bundle, String from, String to, int seats, long heldMicros, long adoptMicros, int inFlight, int held, long closedAt) {
        /**
         * As before it was told when.
         *
         * @param bundle symbolic name of the bundle that serves now
         * @param from version that served
         * @param to version that serves now
         * @param seats how many seats changed hands
         * @param heldMicros from closing the seats to opening them
         * @param adoptMicros the part of it in which the successor adopted
         * @param inFlight calls when the seats were closed
         * @param held requests that came meanwhile
         */
        public Swapped(String bundle, String from, String to, int seats, long heldMicros, long adoptMicros, int inFlight, int held) {
            this(bundle, from, to, seats, heldMicros, adoptMicros, inFlight, held, 0);
        }
    }
}
