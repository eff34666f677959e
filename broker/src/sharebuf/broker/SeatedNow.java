package sharebuf.broker;

import sharebuf.allocator.Allocator;
import sharebuf.broker.learn.Hypotheses;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.broker.seat.Seats;
import sharebuf.importer.Importer;

/** Who sits where, by plug-in and bundle version. */
record SeatedNow(Seats seats) implements Hypotheses.Seated {
    @Override
    public String importer(String device) {
        return seats.find(SeatKind.IMPORTER, device, Importer.class).map(SeatedNow::who).orElse("");
    }

    @Override
    public String allocator(String region) {
        return seats.find(SeatKind.ALLOCATOR, region, Allocator.class).map(SeatedNow::who).orElse("");
    }

    private static String who(Seat<?> seat) {
        return seat.lastPid() + " of " + seat.lastBundle();
    }
}
