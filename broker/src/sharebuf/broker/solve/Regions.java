package sharebuf.broker.solve;

import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Allocator;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.seat.Seat;

/** The regions of the board with their seats: what a placement chooses from. */
public interface Regions {
    /**
     * A region.
     *
     * @param ledger what is live in it
     * @param seat its allocator's seat
     */
    record Place(RegionLedger ledger, Seat<Allocator> seat) {
        /**
         * The region's name.
         *
         * @return the name
         */
        public String name() {
            return ledger.region().id().name();
        }

        /**
         * The allocator's name for people: its {@code service.pid}, or the region's seat while nobody sits there.
         *
         * @return the name
         */
        public String allocator() {
            return named(seat.lastPid());
        }

        /**
         * The same name, of an allocator that sat here once.
         *
         * @param pid its {@code service.pid}; empty when nobody sat here
         * @return the name
         */
        String named(String pid) {
            return pid.isEmpty() ? "seat of " + name() : pid;
        }
    }

    /**
     * All regions.
     *
     * @return by name
     */
    List<Place> all();

    /**
     * The region with these books.
     *
     * @param ledger its ledger
     * @return empty when it went from the board
     */
    default Optional<Place> of(RegionLedger ledger) {
        for (Place place : all()) {
            if (place.ledger() == ledger) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }
}
