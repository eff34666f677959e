package sharebuf.broker.seat;

import java.util.Optional;
import java.util.function.Supplier;
import sharebuf.buffer.Outcome;
import sharebuf.importer.Importer;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Plugin;

/**
 * A successor learns what is live: what changed since it learned that last, if it can, else all of it. The rehearsal goes the same way, and
 * so warms it.
 *
 * @param seat the seat
 * @param comer the successor
 * @param forGood false for a rehearsal: the predecessor serves
 * @param <P> the plug-in's interface
 */
record Adoption<P extends Plugin>(Seat<P> seat, Occupant<P> comer, boolean forGood) implements Supplier<Outcome<Outcome.Done>>,
        Seat.Call<P, Outcome.Done> {
    @Override
    public Outcome<Outcome.Done> get() {
        return seat.guarded(comer, "adopt", this);
    }

    @Override
    public Outcome.Done into(P plugin) throws Exception {
        boolean right = false;
        try {
            if (!forGood && plugin instanceof Importer importer) {
                importer.rehearse(seat.holdings().live());
            } else if (!caughtUp(plugin)) {
                plugin.adopt(live());
            }
            right = true;
        } finally {
            if (!right) {
                comer.follow(Optional.empty()); // whatever it knows now, it has to learn anew
            }
        }
        return Outcome.Done.DONE;
    }

    private boolean caughtUp(P plugin) throws Exception {
        Optional<Holdings.Following> following = comer.following();
        Optional<Changes> changes = following.isPresent() ? following.get().changes() : Optional.empty();
        return changes.isPresent() && plugin.catchUp(changes.get());
    }

    private Live live() {
        if (forGood) {
            return seat.holdings().live();
        }
        if (!seat.kind().oneAtATime()) {
            return Live.NOTHING;
        }
        comer.follow(seat.holdings().follow());
        return comer.following().map(Holdings.Following::begun).orElseGet(seat.holdings()::live);
    }
}
