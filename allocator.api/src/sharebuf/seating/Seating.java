package sharebuf.seating;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.Outcome;

/**
 * Gives the seats of one bundle over to another while calls come in. A bundle is named by its id, because two versions of it have the same name.
 *
 * <p>Thread-safe. Nothing here installs, starts or stops a bundle.
 */
@ProviderType
public interface Seating {
    /**
     * A seat.
     *
     * @param kind allocator, mapops, importer or exporter
     * @param name the region, address space, device or exporter
     */
    record Place(String kind, String name) {
        @Override
        public String toString() {
            return kind + " " + name;
        }
    }

    /**
     * What giving over took.
     *
     * @param places that changed hands
     * @param held from closing the seats to opening them: how long a request was held at most
     * @param adopted the part of it in which the successor adopted what was live
     * @param inFlight calls that were running in the predecessor, or waiting for their turn there, when its seats were closed
     * @param requests that came while the seats were closed
     * @param closedAt when that was, as {@link System#nanoTime} says it; 0 where nobody says it
     */
    record Given(List<Place> places, Duration held, Duration adopted, int inFlight, int requests, long closedAt) {
        /** Copies the list. */
        public Given {
            places = List.copyOf(places);
        }

        /**
         * As before it was told when.
         *
         * @param places that changed hands
         * @param held from closing the seats to opening them
         * @param adopted the part of it in which the successor adopted
         * @param inFlight calls when the seats were closed
         * @param requests that came meanwhile
         */
        public Given(List<Place> places, Duration held, Duration adopted, int inFlight, int requests) {
            this(places, held, adopted, inFlight, requests, 0);
        }
    }

    /**
     * The seats that plug-ins of a bundle have.
     *
     * @param bundle its id
     * @return by kind and name; empty when it has none
     */
    List<Place> places(long bundle);

    /**
     * Seats of a bundle in whose line no plug-in of its successor waits yet.
     *
     * @param from id of the bundle that sits there
     * @param to id of the successor
     * @return empty when it could take over
     */
    List<Place> uncovered(long from, long to);

    /**
     * Lets the successor adopt while the predecessor serves: finds out early what would fail, and warms its code. Nobody is held.
     *
     * @param from id of the bundle that sits there
     * @param to id of the successor
     * @return done; or why it would not be able to take over
     */
    Outcome<Outcome.Done> rehearse(long from, long to);

    /**
     * Gives all seats of a bundle over: holds requests, waits for the calls in flight, lets the successor adopt what is live, and sends held
     * and later requests to it. Until then every failure leaves everything as it was.
     *
     * @param from id of the bundle that sits there
     * @param to id of the successor
     * @return what it took; refused with ENOENT when it has no seat, EAGAIN when the successor does not wait in each line, EBUSY when another
     *         takes over already, or when called from within a call into the predecessor, ETIMEDOUT when calls in flight do not end,
     *         EINTR, or with what the successor's adopt said
     */
    Outcome<Given> giveOver(long from, long to);

    /**
     * Whether the calling thread is within a call into a plug-in of a bundle.
     *
     * @param bundle its id
     * @return true when it is; then that bundle cannot be waited for here
     */
    boolean isInside(long bundle);
}
