package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Request;
import sharebuf.broker.ledger.ObjectMemory;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.seat.Seat;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryConstraints.Violation;
import sharebuf.memory.Span;

/**
 * Takes memory for the objects of a buffer: asks every allocator for an offer, then tries the combinations of offers, the least (sum
 * of doubts, sum of ranks, worst rank, names) first. What an allocator proposes is judged before it counts.
 *
 * <p>Thread-safe.
 */
public final class Placer {
    /** The fix when no allocator knows a better one; whoever knows how many were placed says that number. */
    public static final String FEWER = "--count 1";

    /** What is wrong with where memory lies, and not with how much there is. */
    private static final Set<String> ELSEWHERE = Set.of("reach", "region");

    private final Regions regions;
    private final UnaryOperator<Refusal> cure;

    /**
     * Places into regions.
     *
     * @param regions the regions
     * @param cure may know a better fix
     */
    public Placer(Regions regions, UnaryOperator<Refusal> cure) {
        this.regions = regions;
        this.cure = cure;
    }

    /** A buffer's memory and why it is this. Immutable; the words are made when they are asked for. */
    public static final class Placed {
        private final List<ObjectMemory> objects;
        private final List<Candidates> asked;
        private final int[] chosen;
        private final List<Candidates.Refused> failures;

        private Placed(List<ObjectMemory> objects, List<Candidates> asked, int[] chosen, List<Candidates.Refused> failures) {
            this.objects = objects;
            this.asked = asked;
            this.chosen = chosen;
            this.failures = List.copyOf(failures);
        }

        /**
         * The memory.
         *
         * @return one an object; none when it was only asked for
         */
        public List<ObjectMemory> objects() {
            return objects;
        }

        /**
         * Who was chosen.
         *
         * @return names of allocators, one an object
         */
        public List<String> allocators() {
            return IntStream.range(0, chosen.length).mapToObj(i -> asked.get(i).offers().get(chosen[i]).allocator()).toList();
        }

        /**
         * Who was chosen, and why nobody else.
         *
         * @return one an object
         */
        public List<Explanation.Choice> choices() {
            return IntStream.range(0, chosen.length).mapToObj(i -> choice(asked.get(i), asked.get(i).offers().get(chosen[i]), failures)).toList();
        }

        /**
         * Each allocator against each requirement.
         *
         * @return the table
         */
        public List<Explanation.Row> rows() {
            return failed(Placer.rows(asked), failures, asked);
        }
    }

    /**
     * Why nothing was placed.
     *
     * @param refusal the refusal
     * @param rows each allocator against each requirement
     */
    public record Failed(Refusal refusal, List<Explanation.Row> rows) {
    }

    /** Either of both. */
    public sealed interface Result {
        /**
         * Placed.
         *
         * @param placed the memory
         */
        record Yes(Placed placed) implements Result {
        }

        /**
         * Not placed.
         *
         * @param failed the reason
         */
        record No(Failed failed) implements Result {
        }
    }

    /**
     * Asks without taking anything.
     *
     * @param owner name of the session
     * @param demand what is needed
     * @param doubts what is held against memory
     * @return what would be chosen now, without memory; or why nothing
     */
    public Result explain(String owner, Demand demand, Doubts doubts) {
        List<Candidates> all = ask(owner, demand, doubts);
        for (Candidates c : all) {
            if (c.offers().isEmpty()) {
                return new Result.No(new Failed(refusal(demand, c, List.of()), rows(all)));
            }
        }
        List<int[]> combinations = combinations(all, doubts);
        if (combinations.isEmpty()) { // all that is offered was tried
            return new Result.No(new Failed(refusal(demand, all.getFirst(), List.of()), rows(all)));
        }
        return new Result.Yes(new Placed(List.of(), all, combinations.getFirst(), List.of()));
    }

    /**
     * Takes memory for a buffer.
     *
     * @param owner name of the session
     * @param session its number, or {@link RegionLedger#NOBODY}
     * @param demand what is needed
     * @param id the buffer
     * @param doubts what is held against memory
     * @return its memory, or why there is none
     */
    public Result place(String owner, long session, Demand demand, BufferId id, Doubts doubts) {
        List<Candidates> all = ask(owner, demand, doubts);
        List<Candidates.Refused> failures = new ArrayList<>();
        for (Candidates c : all) {
            if (c.offers().isEmpty()) {
                return new Result.No(new Failed(refusal(demand, c, List.of()), rows(all)));
            }
        }
        for (int[] combination : combinations(all, doubts)) {
            for (boolean largestFirst : all.size() == 1 ? new boolean[] {true} : new boolean[] {true, false}) {
                List<ObjectMemory> got = attempt(all, combination, id, session, largestFirst, failures);
                if (!got.isEmpty()) {
                    return new Result.Yes(new Placed(got, all, combination, failures));
                }
            }
        }
        Candidates blamed = all.stream().filter(c -> failures.stream().anyMatch(f -> c.offers().stream().anyMatch(o -> o.place() == f.place()))).findFirst().orElse(all.getFirst());
        return new Result.No(new Failed(refusal(demand, blamed, failures), failed(rows(all), failures, all)));
    }

    /** What was offered and not kept: the table says so. */
    private static List<Explanation.Row> failed(List<Explanation.Row> rows, List<Candidates.Refused> failures, List<Candidates> all) {
        return rows.stream().map(r -> failures.stream().filter(f -> r.offered() && f.place().name().equals(r.region()) && (all.size() == 1 || f.object() == r.object()))
                .findFirst().map(f -> Candidates.failed(r, f.why())).orElse(r)).toList();
    }

    /**
     * Gives the memory of an object back to its region.
     *
     * @param memory the memory
     * @param session number of the session that alone can have written it, or {@link RegionLedger#NOBODY}
     */
    public void release(ObjectMemory memory, long session) {
        release(memory, (ledger, extent) -> ledger.release(extent, session));
    }

    private void release(ObjectMemory memory, BiConsumer<RegionLedger, Extent> how) {
        Optional<Regions.Place> place = regions.of(memory.region());
        for (Extent e : memory.extents()) {
            if (place.isPresent()) {
                place.get().seat().giveBack(() -> how.accept(memory.region(), e), a -> a.released(e));
            } else {
                how.accept(memory.region(), e);
            }
        }
    }

    private List<Candidates> ask(String owner, Demand demand, Doubts doubts) {
        List<Regions.Place> places = regions.all();
        return IntStream.range(0, demand.layout().objects().size())
                .mapToObj(i -> Candidates.ask(new Request(owner, demand.spec(), i, demand.layout().objects().get(i), demand.memory(), demand.spec().attributes(),
                        Optional.of(demand.layout())), places, doubts))
                .toList();
    }

    private static List<Explanation.Row> rows(List<Candidates> all) {
        return all.stream().flatMap(c -> c.rows().stream()).toList();
    }

    /** Index combinations of offers, the least doubted first, then the cheapest. Few objects and few allocators: they can all be listed. */
    private static List<int[]> combinations(List<Candidates> all, Doubts doubts) {
        if (all.size() == 1) { // its offers are in that order already
            List<Candidates.Candidate> offers = all.getFirst().offers();
            return IntStream.range(0, offers.size()).filter(i -> !doubts.tried(List.of(offers.get(i).place().name()))).mapToObj(i -> new int[] {i}).toList();
        }
        List<int[]> list = new ArrayList<>();
        list.add(new int[0]);
        for (Candidates c : all) {
            List<int[]> longer = new ArrayList<>();
            for (int[] prefix : list) {
                for (int i = 0; i < c.offers().size(); i++) {
                    int[] next = Arrays.copyOf(prefix, prefix.length + 1);
                    next[prefix.length] = i;
                    longer.add(next);
                }
            }
            list = longer;
        }
        list.removeIf(x -> doubts.tried(IntStream.range(0, x.length).mapToObj(i -> all.get(i).offers().get(x[i]).place().name()).toList()));
        list.sort(Comparator.<int[]>comparingLong(x -> doubt(all, x)).thenComparingLong(x -> sum(all, x)).thenComparingInt(x -> worst(all, x)).thenComparing(x -> names(all, x)));
        return list;
    }

    private static long doubt(List<Candidates> all, int[] x) {
        return IntStream.range(0, x.length).mapToLong(i -> all.get(i).offers().get(x[i]).doubt().weight()).sum();
    }

    private static long sum(List<Candidates> all, int[] x) {
        return IntStream.range(0, x.length).mapToLong(i -> all.get(i).offers().get(x[i]).offer().rank()).sum();
    }

    private static int worst(List<Candidates> all, int[] x) {
        return IntStream.range(0, x.length).map(i -> all.get(i).offers().get(x[i]).offer().rank()).max().orElse(0);
    }

    private static String names(List<Candidates> all, int[] x) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            s.append(all.get(i).offers().get(x[i]).allocator()).append(' ');
        }
        return s.toString();
    }

    private List<ObjectMemory> attempt(List<Candidates> all, int[] combination, BufferId id, long session, boolean largestFirst,
            List<Candidates.Refused> failures) {
        ObjectMemory[] got = new ObjectMemory[all.size()];
        Comparator<Integer> bySize = Comparator.comparingLong(i -> all.get(i).request().size());
        List<Integer> order = all.size() == 1 ? List.of(0) : IntStream.range(0, all.size()).boxed().sorted(largestFirst ? bySize.reversed() : bySize).toList();
        for (int i : order) {
            Candidates.Candidate c = all.get(i).offers().get(combination[i]);
            Outcome<ObjectMemory> memory = placeOne(c.place(), all.get(i).requestFor(c.place()), new ObjectId(id, i), session);
            if (memory instanceof Outcome.No<ObjectMemory>(Refusal why)) {
                failures.add(Candidates.Refused.now(c.place(), i, why));
                Arrays.stream(got).filter(m -> m != null).forEach(m -> release(m, RegionLedger::release));
                return List.of();
            }
            got[i] = memory.orThrow();
        }
        return List.of(got);
    }

    /** One call of place, judged and committed in the same turn, so that the allocator's books and the ledger never part. */
    private static Outcome<ObjectMemory> placeOne(Regions.Place place, Request request, ObjectId object, long session) {
        Seat<Allocator> seat = place.seat();
        RegionLedger ledger = place.ledger();
        boolean[] broken = {true};
        OpenClaims[] open = new OpenClaims[1];
        Outcome<Outcome<ObjectMemory>> answer = seat.call("place", a -> {
            OpenClaims claims = new OpenClaims(ledger, object, session);
            open[0] = claims;
            Outcome<Outcome.Done> said;
            try {
                said = Seat.typed(a.place(request, claims), Outcome.Done.class);
            } catch (Throwable t) {
                claims.undo();
                throw t;
            }
            if (said == null) {
                claims.undo();
                return null;
            }
            if (said instanceof Outcome.No<Outcome.Done>(Refusal why)) {
                claims.undo();
                broken[0] = false;
                return Outcome.<ObjectMemory>no(why);
            }
            Optional<Refusal> lie = judge(seat, ledger, request, claims.extents());
            if (lie.isPresent()) {
                claims.undo();
                return Outcome.<ObjectMemory>no(lie.get());
            }
            broken[0] = false;
            return Outcome.ok(new ObjectMemory(seat.lastPid(), ledger, claims.commit(), request.size()));
        });
        if (broken[0] && open[0] != null) {
            seat.adoptAgain();
        }
        return answer.then(o -> o);
    }

    /** What an allocator says it has placed, against what was asked for. */
    private static Optional<Refusal> judge(Seat<Allocator> seat, RegionLedger ledger, Request request, List<Extent> extents) {
        long needed = request.sizeIn(ledger.region().granule());
        long claimed = 0;
        List<Span> spans = new ArrayList<>(extents.size());
        for (Extent e : extents) {
            claimed += e.size();
            spans.add(ledger.span(e));
        }
        String who = "allocator " + seat.lastPid();
        if (claimed != needed) {
            return Optional.of(Refusal.of(Errno.EPROTO, who, "claims of " + claimed + " bytes", "exactly " + needed));
        }
        if (request.contiguous() && extents.size() > 1 && !adjacent(extents)) {
            return Optional.of(Refusal.of(Errno.EPROTO, who, extents.size() + " extents", "contiguous memory"));
        }
        return !ledger.region().addressesKnown() ? Optional.empty() : request.constraints().judge(spans)
                .map(v -> Refusal.of(Errno.EPROTO, who + ", " + v.constraint(), v.found(), v.needed() + " for " + v.by()));
    }

    private static boolean adjacent(List<Extent> extents) {
        for (int i = 1; i < extents.size(); i++) {
            if (extents.get(i - 1).end() != extents.get(i).offset()) {
                return false;
            }
        }
        return true;
    }

    private static Explanation.Choice choice(Candidates all, Candidates.Candidate chosen, List<Candidates.Refused> failures) {
        List<String> cheaper = new ArrayList<>();
        for (Candidates.Refused r : all.refusals()) {
            // A seat that nobody ever took is no alternative that was weighed.
            if (r.pid().isEmpty()) {
                continue;
            }
            cheaper.add(r.allocator() + ": " + Candidates.reason(r.why()));
        }
        for (Candidates.Refused r : failures) {
            cheaper.add(r.allocator() + ": " + Candidates.reason(r.why()));
        }
        for (Candidates.Candidate c : all.offers()) {
            if (c.doubt().weight() > chosen.doubt().weight()) {
                cheaper.add(c.allocator() + ": " + c.doubt().reason());
            } else if (c.offer().rank() > chosen.offer().rank()) {
                cheaper.add(c.allocator() + ": ranks behind, " + c.offer().reason());
            }
        }
        String who = String.join(", ", all.request().constraints().rules().stream().filter(r -> r.limits().maxCount() == 1).map(r -> r.by().toString()).toList());
        String why = who.isEmpty() ? "" : "contiguous for " + who + ": ";
        String others = cheaper.isEmpty() ? "" : "; not " + String.join("; not ", new TreeSet<>(cheaper));
        return new Explanation.Choice(all.request().object(), chosen.allocator(), chosen.place().name(), why + chosen.offer().reason() + others);
    }

    /** The refusal that says most: with all reasons, the use that asked for what failed, and a fix. */
    private Refusal refusal(Demand demand, Candidates c, List<Candidates.Refused> failures) {
        List<Candidates.Refused> all = new ArrayList<>(c.refusals());
        all.addAll(failures);
        if (all.isEmpty()) {
            return Refusal.of(Errno.ENODEV, "allocator", "no region on this board", "a region with an allocator").fixedBy("--board-option cma=64MiB");
        }
        // The one who came closest speaks: who offered, then shortage before unsuitable memory, then whoever knows a fix.
        Candidates.Refused best = all.stream().min(Comparator.comparing((Candidates.Refused r) -> !failures.contains(r)).thenComparing(r -> r.why().errno() != Errno.ENOMEM)
                .thenComparing(r -> r.why().fix().isEmpty()).thenComparing(Candidates.Refused::allocator)).orElseThrow();
        String fix = Optional.of(best.why().fix()).filter(f -> !f.isEmpty())
                .or(() -> all.stream().map(r -> r.why().fix()).filter(f -> !f.isEmpty()).findFirst()).orElse(demand.spec().count() > 1 ? FEWER : Fixes.smaller(demand.spec()));
        UseId asks = asker(demand, c.request().object(), best.why().constraint());
        boolean elsewhere = best.why().fix().isEmpty() && all.stream().allMatch(r -> r.why().fix().isEmpty() && ELSEWHERE.contains(r.why().constraint()) || r.place().seat().lastPid().isEmpty());
        if (elsewhere || demand.memory().declared().containsKey(best.why().constraint())) {
            fix = Fixes.without(asks, demand.uses()); // fewer or smaller buffers are no other memory
        }
        List<Refusal.Reason> reasons = all.stream().map(r -> new Refusal.Reason(r.allocator(), Candidates.reason(r.why()))).distinct().toList();
        return cure.apply(best.why().about(asks.device(), asks.use()).with(reasons).fixedBy(fix));
    }

    /** Who brought it about: whoever ties the object to regions is to blame when these are full. */
    private static UseId asker(Demand demand, int object, String constraint) {
        Optional<UseId> ties = constraint.equals("reach") || constraint.equals("align") || demand.memory().declared().containsKey(constraint) ? Optional.empty() : Optional.ofNullable(demand.memory().regions().get(object))
                .flatMap(names -> names.by().stream().filter(demand.uses()::contains).findFirst());
        return ties.orElseGet(() -> asker(demand, constraint));
    }

    private static UseId asker(Demand demand, String constraint) {
        var c = demand.memory();
        return switch (constraint) {
            case "reach" -> c.reach().by().isEmpty() ? demand.uses().getFirst() : c.reach().by().first();
            case String kind when c.vendor().containsKey(kind) -> c.vendor().get(kind).by().first();
            case "align" -> c.align().by().isEmpty() ? demand.uses().getFirst() : c.align().by().first();
            default -> c.rules().stream().filter(r -> r.limits().maxCount() == 1).map(r -> r.by()).findFirst()
                    .or(() -> c.rules().stream().map(r -> r.by()).findFirst()).orElse(demand.uses().getFirst());
        };
    }

    /**
     * Judges memory of a region of which nothing is known but the region, and which no allocator chose.
     *
     * @param request what it shall serve
     * @param place the region
     * @param demand who asks, for the refusal
     * @return what does not suit, or cannot be known to; empty when any memory would do
     */
    public static Optional<Refusal> unsuited(Request request, Regions.Place place, Demand demand) {
        Optional<Refusal> why = Candidates.ruledOut(request, place).or(() -> Kinds.unanswered(request.constraints(), place.ledger().region(), new TreeSet<>(), "memory that nobody chose")
                .map(Candidates::refusal));
        return why.map(w -> {
            UseId asks = asker(demand, w.constraint());
            return w.about(asks.device(), asks.use()).fixedBy(Fixes.without(asks, demand.uses()));
        });
    }

    /**
     * Judges memory that stands already for one more use.
     *
     * @param memory the memory of an object
     * @param object index of the object
     * @param seen what the use needs
     * @param stands what the memory was asked for when it was placed
     * @return what does not suit
     */
    public static Optional<Violation> judge(ObjectMemory memory, int object, MemoryConstraints seen, MemoryConstraints stands) {
        var names = seen.regions().get(object);
        if (names != null && !names.value().contains(memory.region().region().id().name())) {
            return Optional.of(new Violation("region", memory.region().region().id().name(), names.value().toString(), names.by()));
        }
        Optional<Violation> kind = Kinds.standing(seen, stands, memory.region().region());
        if (kind.isPresent()) {
            return kind;
        }
        if (memory.region().region().addressesKnown()) {
            return seen.judge(memory.spans());
        }
        Request standing = new Request("standing", BufferSpec.bytes(memory.size()), object, memory.size(), seen, Set.of());
        return Candidates.unknown(standing, memory.region().region()).map(why -> new Violation(why.constraint(), why.found(), why.needed(), new TreeSet<>()));
    }
}
