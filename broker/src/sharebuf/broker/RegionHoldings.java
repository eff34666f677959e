package sharebuf.broker;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.seat.Holdings;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/**
 * What the ledger has for the seat of a region's allocator. A region may come after its allocator, go, and come again with another ledger.
 *
 * @param ledger the ledger of the region that is there now
 */
record RegionHoldings(Supplier<Optional<RegionLedger>> ledger) implements Holdings {
    @Override
    public Live live() {
        return ledger.get().map(l -> live(l.held())).orElse(Live.NOTHING);
    }

    private static Live live(List<Live.Held> extents) {
        return new Live(extents, List.of(), List.of());
    }

    @Override
    public int size() {
        return ledger.get().map(RegionLedger::count).orElse(0);
    }

    @Override
    public Optional<Following> follow() {
        return ledger.get().map(OfLedger::new);
    }

    private final class OfLedger implements Following {
        private final RegionLedger followed;
        private final RegionLedger.Follower follower;

        private OfLedger(RegionLedger followed) {
            this.followed = followed;
            follower = followed.follow();
        }

        @Override
        public Live begun() {
            return live(follower.begun());
        }

        @Override
        public Optional<Changes> changes() {
            Optional<RegionLedger> now = ledger.get();
            return now.isPresent() && now.get() == followed ? follower.changes() : Optional.empty();
        }

        @Override
        public void end() {
            follower.end();
        }
    }
}
