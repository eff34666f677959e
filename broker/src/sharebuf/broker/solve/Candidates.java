package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.broker.seat.Seat;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation.Cell;
import sharebuf.buffer.Explanation.Row;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.memory.Asked;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryConstraints.Violation;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Windows;

/**
 * Who could serve one object: each region against each requirement. What a region rules out by itself is found here, its allocator is
 * asked for the rest.
 *
 * <p>Immutable. Nothing is put into words before somebody asks for {@link #rows}: most allocations are never explained.
 *
 * @param request the object
 * @param answers of every region, by name
 * @param offers who could, least doubt first, then least rank, equal ranks by allocator name
 * @param refusals who could not
 */
record Candidates(Request request, List<Answer> answers, List<Candidate> offers, List<Refused> refusals) {
    /** The requirement that only an importer can judge: shown where its memory is doubted, though offered. */
    static final String IMPORT = "import";
    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingInt((Candidate c) -> c.doubt.weight()).thenComparingInt(c -> c.offer.rank()).thenComparing(c -> c.allocator);

    /** What a region said, by the allocator that sat there then. */
    record Answer(Regions.Place place, String allocator, Outcome<Offer> offer, Doubts.Doubt doubt) {
    }

    /** One who could, and what is held against it. */
    record Candidate(Regions.Place place, String allocator, Offer offer, Doubts.Doubt doubt) {
    }

    /** One who could not; the name of the allocator is empty when nobody ever sat there. */
    record Refused(Regions.Place place, String pid, int object, Refusal why) {
        static Refused now(Regions.Place place, int object, Refusal why) {
            return new Refused(place, place.seat().lastPid(), object, why);
        }

        String allocator() {
            return place.named(pid);
        }
    }

    static Candidates ask(Request request, List<Regions.Place> places, Doubts doubts) {
        List<Answer> answers = new ArrayList<>(places.size());
        List<Candidate> offers = new ArrayList<>(places.size());
        List<Refused> refusals = new ArrayList<>();
        for (Regions.Place place : places) {
            if (place.ledger().region().foreign()) {
                continue;
            }
            Outcome<Offer> offer = ruledOut(request, place).or(() -> doubts.barred(place)).<Outcome<Offer>>map(Outcome::no).orElseGet(() -> offer(request, place));
            String pid = place.seat().lastPid();
            Doubts.Doubt doubt = Doubts.Doubt.NONE;
            switch (offer) {
                case Outcome.Ok<Offer>(Offer o) -> {
                    doubt = doubts.of(place, request.size());
                    offers.add(new Candidate(place, place.named(pid), o, doubt));
                }
                case Outcome.No<Offer>(Refusal why) -> refusals.add(new Refused(place, pid, request.object(), why));
            }
            answers.add(new Answer(place, place.named(pid), offer, doubt));
        }
        offers.sort(BEST_FIRST);
        return new Candidates(request, List.copyOf(answers), List.copyOf(offers), List.copyOf(refusals));
    }

    /** The table for the explanation: one row a region. */
    List<Row> rows() {
        return answers.stream().map(this::row).toList();
    }

    private Row row(Answer a) {
        List<Cell> cells = new ArrayList<>(cells(request, a.place, a.offer));
        if (a.doubt.weight() > 0) {
            cells.add(new Cell(IMPORT, false, a.doubt.reason()));
        }
        return new Row(a.allocator, a.place.name(), request.object(), cells, a.offer.isOk());
    }

    private static Outcome<Offer> offer(Request request, Regions.Place place) {
        Seat<Allocator> seat = place.seat();
        return seat.call("offer", a -> {
            Optional<Violation> unknown = Kinds.unanswered(request.constraints(), place.ledger().region(), new TreeSet<>(a.understands()), "an allocator that does not know it");
            if (unknown.isPresent()) {
                return Outcome.<Offer>no(refusal(unknown.get()));
            }
            return Seat.typed(a.offer(left(request, place.ledger().region())), Offer.class);
        }).then(o -> o);
    }

    static Refusal refusal(Violation kind) {
        return Refusal.of(Errno.EINVAL, kind.constraint(), kind.found(), kind.needed() + " for " + String.join(", ", kind.by().stream().map(UseId::toString).toList()));
    }

    /** Why no memory of a region can serve, whoever chooses it. */
    static Optional<Refusal> ruledOut(Request request, Regions.Place place) {
        MemoryRegion region = place.ledger().region();
        MemoryConstraints c = request.constraints();
        if (!request.permits(region.id())) {
            Asked<?> names = c.regions().get(request.object());
            return Optional.of(Refusal.of(Errno.EINVAL, "region", place.name(), names.value() + " for " + names.who()));
        }
        Optional<Violation> kind = Kinds.misfit(c, region);
        if (kind.isPresent()) {
            return Optional.of(refusal(kind.get()));
        }
        if (!region.addressesKnown()) {
            return unknown(request, region);
        }
        return region.within().and(c.reach().value()).isEmpty()
                ? Optional.of(Refusal.of(Errno.EINVAL, "reach", region.within().toString(), c.reach().value() + " for " + c.reach().who())) : Optional.empty();
    }

    /** The kernel picked the pages: only what any pages would satisfy can be promised. What is unknown serves no request that needs it. */
    static Optional<Refusal> unknown(Request request, MemoryRegion region) {
        MemoryConstraints c = request.constraints();
        // A driver's memory suits its own device, whatever that demands.
        Predicate<UseId> own = use -> region.device().filter(use.device()::equals).isPresent();
        if (!c.reach().by().stream().allMatch(own) && !region.within().and(c.reach().value()).equals(region.within())) {
            return Optional.of(Refusal.of(Errno.EINVAL, "reach", "unknown, somewhere in " + region.within(), c.reach().value() + " for " + c.reach().who()));
        }
        if (!c.align().by().stream().allMatch(own) && c.align().value() > region.granule()) {
            return Optional.of(Refusal.of(Errno.EINVAL, "align", "unknown beyond " + region.granule(), "a multiple of " + c.align().value() + " for " + c.align().who()));
        }
        long size = request.sizeIn(region.granule());
        long pieces = region.contiguous() ? 1 : size / region.granule();
        List<SegmentRule> rules = c.rules().stream().filter(r -> !own.test(r.by())).toList();
        boolean one = request.attributes().contains(DmaAttribute.CONTIGUOUS) || rules.stream().anyMatch(r -> r.limits().maxCount() == 1);
        if (one && pieces > 1) {
            return Optional.of(Refusal.of(Errno.EINVAL, "contiguous", "unknown: up to " + pieces + " pieces", "one piece of " + size + " bytes"));
        }
        for (SegmentRule rule : rules) {
            // At worst each piece lies apart, and is cut at every boundary and size limit that it can meet.
            long cut = Math.min(rule.limits().maxSize(), rule.limits().boundary() == 0 ? Long.MAX_VALUE : rule.limits().boundary());
            long worst = cut == Long.MAX_VALUE ? pieces : pieces * (size / pieces / cut + 2);
            if (worst > rule.limits().maxCount()) {
                return Optional.of(Refusal.of(Errno.EINVAL, "segments", "unknown: up to " + worst, rule.limits() + " for " + rule.by()));
            }
        }
        return Optional.empty();
    }

    /** What is left to the allocator of a region: where addresses are unknown, whatever could be judged by them was judged before. */
    private static Request left(Request request, MemoryRegion region) {
        MemoryConstraints c = request.constraints();
        return region.addressesKnown() ? request : new Request(request.owner(), request.spec(), request.object(), request.size(),
                new MemoryConstraints(Asked.byNobody(Windows.ALL), Asked.byNobody(1L), new TreeSet<>(), c.regions(), c.declared()), request.attributes(), request.layout());
    }

    /** The request as the allocator of a region gets it. */
    Request requestFor(Regions.Place place) {
        return left(request, place.ledger().region());
    }

    /** One cell a requirement: the one that the refusal names fails, those before it in order of judging passed. */
    private static List<Cell> cells(Request request, Regions.Place place, Outcome<Offer> offer) {
        MemoryConstraints c = request.constraints();
        List<String> requirements = new ArrayList<>();
        if (c.regions().containsKey(request.object())) {
            requirements.add("region");
        }
        SortedSet<String> stated = Kinds.stated(c, place.ledger().region());
        requirements.addAll(stated);
        if (!c.reach().by().isEmpty()) {
            requirements.add("reach");
        }
        requirements.addAll(c.vendor().keySet().stream().filter(k -> !stated.contains(k)).toList());
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
            cells.add(new Cell(r, !fails, fails ? found(why.get(), r) : ""));
            if (fails) {
                break;
            }
        }
        return List.copyOf(cells);
    }

    /** The row of an allocator that offered and then did not deliver. */
    static Row failed(Row row, Refusal why) {
        String failed = row.cells().stream().map(Cell::requirement).filter(why.constraint()::equals).findFirst().orElse("space");
        return new Row(row.allocator(), row.region(), row.object(),
                row.cells().stream().map(c -> c.requirement().equals(failed) ? new Cell(failed, false, found(why, failed)) : new Cell(c.requirement(), c.pass(), c.pass() ? "" : c.reason())).toList(), false);
    }

    private static String found(Refusal why, String requirement) {
        return why.constraint().equals(requirement) ? "found " + why.found() + ", needed " + why.needed() : reason(why);
    }

    static String reason(Refusal why) {
        return why.constraint() + ": found " + why.found() + ", needed " + why.needed();
    }
}
