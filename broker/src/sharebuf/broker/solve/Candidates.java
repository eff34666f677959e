package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.broker.seat.Seat;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation.Cell;
import sharebuf.buffer.Explanation.Row;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Asked;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Windows;

/**
 * Who could serve one object: each region against each requirement. What a region rules out by itself is found here, its allocator is
 * asked for the rest.
 *
 * <p>Immutable.
 *
 * @param request the object
 * @param offers who could, least rank first, equal ranks by allocator name
 * @param refusals who could not
 * @param rows the table for the explanation
 */
record Candidates(Request request, List<Candidate> offers, List<Refused> refusals, List<Row> rows) {
    /** One who could. */
    record Candidate(Regions.Place place, Offer offer) {
    }

    /** One who could not. */
    record Refused(Regions.Place place, Refusal why) {
    }

    static Candidates ask(Request request, List<Regions.Place> places) {
        List<Candidate> offers = new ArrayList<>();
        List<Refused> refusals = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (Regions.Place place : places) {
            Outcome<Offer> offer = ruledOut(request, place).<Outcome<Offer>>map(Outcome::no).orElseGet(() -> offer(request, place));
            switch (offer) {
                case Outcome.Ok<Offer>(Offer o) -> offers.add(new Candidate(place, o));
                case Outcome.No<Offer>(Refusal why) -> refusals.add(new Refused(place, why));
            }
            rows.add(new Row(place.allocator(), place.name(), request.object(), cells(request, place, offer), offer.isOk()));
        }
        offers.sort(Comparator.comparingInt((Candidate c) -> c.offer.rank()).thenComparing(c -> c.place.allocator()));
        return new Candidates(request, List.copyOf(offers), List.copyOf(refusals), List.copyOf(rows));
    }

    private static Outcome<Offer> offer(Request request, Regions.Place place) {
        Seat<Allocator> seat = place.seat();
        return seat.call("offer", a -> {
            for (String kind : request.constraints().vendor().keySet()) {
                if (!a.understands().contains(kind)) {
                    return Outcome.<Offer>no(Refusal.of(Errno.EINVAL, kind, "an allocator that does not know it",
                            request.constraints().vendor().get(kind).value().value() + " for " + request.constraints().vendor().get(kind).who()));
                }
            }
            return Seat.typed(a.offer(request), Offer.class);
        }).then(o -> o);
    }

    private static Optional<Refusal> ruledOut(Request request, Regions.Place place) {
        MemoryRegion region = place.ledger().region();
        MemoryConstraints c = request.constraints();
        if (!request.permits(region.id())) {
            Asked<?> names = c.regions().get(request.object());
            return Optional.of(Refusal.of(Errno.EINVAL, "region", place.name(), names.value() + " for " + names.who()));
        }
        if (region.kind() == RegionKind.PLACED) {
            if (overlap(region, c.reach().value()).isEmpty()) {
                return Optional.of(Refusal.of(Errno.EINVAL, "reach", addresses(region), c.reach().value() + " for " + c.reach().who()));
            }
        } else if (!c.reach().value().equals(Windows.ALL)) {
            return Optional.of(Refusal.of(Errno.EINVAL, "reach", "unknown: the kernel chooses", c.reach().value() + " for " + c.reach().who()));
        }
        return Optional.empty();
    }

    private static Windows overlap(MemoryRegion region, Windows reach) {
        return new Windows(List.of(new Windows.Window(region.base(), region.base() + (region.size() - 1)))).and(reach);
    }

    private static String addresses(MemoryRegion region) {
        return "0x" + Long.toHexString(region.base()) + "-0x" + Long.toHexString(region.base() + (region.size() - 1));
    }

    /** One cell a requirement: the one that the refusal names fails, those before it in order of judging passed. */
    private static List<Cell> cells(Request request, Regions.Place place, Outcome<Offer> offer) {
        MemoryConstraints c = request.constraints();
        List<String> requirements = new ArrayList<>();
        if (c.regions().containsKey(request.object())) {
            requirements.add("region");
        }
        if (!c.reach().by().isEmpty()) {
            requirements.add("reach");
        }
        requirements.addAll(c.vendor().keySet());
        if (!c.align().by().isEmpty()) {
            requirements.add("align");
        }
        if (request.contiguous()) {
            requirements.add("contiguous");
        } else if (!c.rules().isEmpty()) {
            requirements.add("segments");
        }
        requirements.add("space");
        Optional<Refusal> why = offer.why();
        if (why.isEmpty()) {
            String reason = offer.orThrow().reason();
            return requirements.stream().map(r -> new Cell(r, true, r.equals("space") ? reason : "")).toList();
        }
        String failed = requirements.contains(why.get().constraint()) ? why.get().constraint() : "space";
        List<Cell> cells = new ArrayList<>();
        for (String r : requirements) {
            boolean fails = r.equals(failed);
            cells.add(new Cell(r, !fails, fails ? reason(why.get()) : ""));
            if (fails) {
                break;
            }
        }
        return List.copyOf(cells);
    }

    static String reason(Refusal why) {
        return why.constraint() + ": found " + why.found() + ", needed " + why.needed();
    }
}
