package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;

/**
 * Which of their ordered alternatives the uses of a set get: of all combinations the one with the least (sum of ranks, worst rank, allocator names) that
 * memory suits. The order in which uses arrive does not matter: what is equal otherwise is decided by their names.
 *
 * <pre>
 *   camera 0 1, npu 0 1 2:   00 | 01 10 | 11 | 02 | 12     each | is a level, whose combinations are judged together
 * </pre>
 *
 * <p>Confined to one thread, for one request.
 */
public final class Alternatives {
    /** Combinations that are looked at; who states more is refused. */
    static final int MOST = 1024;

    /** A combination: the rank of each use, in the order of the request, and the uses as they then are. */
    private record Combination(List<Integer> ranks, List<Integer> byName, List<Party> parties) {
        int sum() {
            return ranks.stream().mapToInt(Integer::intValue).sum();
        }

        int worst() {
            return ranks.stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        boolean level(Combination other) {
            return sum() == other.sum() && worst() == other.worst();
        }
    }

    private record Ready(Combination combination, Demand demand, String allocators) {
    }

    private final List<Party> parties;
    private final List<Combination> order;
    private final Function<List<Party>, Outcome<Demand>> merge;
    private final Function<Demand, Outcome<String>> judge;
    private final Map<List<Integer>, Refusal> failed = new HashMap<>();
    private final List<Ready> ready = new ArrayList<>();
    private Optional<Ready> last = Optional.empty();
    private Optional<Ready> merged = Optional.empty();
    private int at;

    /**
     * Begins with the best.
     *
     * @param parties who takes part; their combinations are at most {@value #MOST}
     * @param merge what uses need together
     * @param judge names of the allocators that would serve it, or why none does; asked only where there is a choice
     */
    Alternatives(List<Party> parties, Function<List<Party>, Outcome<Demand>> merge, Function<Demand, Outcome<String>> judge) {
        this.parties = List.copyOf(parties);
        this.merge = merge;
        this.judge = judge;
        this.order = combinations(parties);
    }

    /** How many combinations there are; more than {@link #MOST} counts as one more. */
    static int count(List<Party> parties) {
        int count = 1;
        for (Party p : parties) {
            count = Math.min(MOST + 1, count * p.use().acceptable().size());
        }
        return count;
    }

    private static List<Combination> combinations(List<Party> parties) {
        if (count(parties) == 1) { // as nearly always: the uses are decided as they are
            List<Integer> first = Collections.nCopies(parties.size(), 0);
            return List.of(new Combination(first, first, List.copyOf(parties)));
        }
        List<List<Integer>> all = new ArrayList<>(List.of(List.of()));
        for (Party p : parties) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> prefix : all) {
                for (int rank = 0; rank < p.use().acceptable().size(); rank++) {
                    List<Integer> next = new ArrayList<>(prefix);
                    next.add(rank);
                    longer.add(next);
                }
            }
            all = longer;
        }
        List<Integer> names = IntStream.range(0, parties.size()).boxed().sorted(Comparator.comparing((Integer i) -> parties.get(i).use().id())).toList();
        List<Combination> combinations = new ArrayList<>();
        for (List<Integer> ranks : all) {
            combinations.add(new Combination(ranks, names.stream().map(ranks::get).toList(),
                    IntStream.range(0, ranks.size()).mapToObj(i -> new Party(parties.get(i).use().choosing(ranks.get(i)), parties.get(i).device())).toList()));
        }
        combinations.sort(Comparator.comparingInt(Combination::sum).thenComparingInt(Combination::worst).thenComparing(Combination::byName, Alternatives::compare));
        return combinations;
    }

    private static int compare(List<Integer> a, List<Integer> b) {
        return IntStream.range(0, a.size()).map(i -> Integer.compare(a.get(i), b.get(i))).filter(c -> c != 0).findFirst().orElse(0);
    }

    /**
     * Whether there is anything to choose.
     *
     * @return false when no use has alternatives
     */
    public boolean any() {
        return order.size() > 1;
    }

    /**
     * The best that memory suits. Where none does, the best that can be merged, so that its placing tells why; else why the best cannot.
     *
     * @return the demand, which tells what was chosen and why nothing better was
     */
    public Outcome<Demand> first() {
        if (!any()) {
            at = 1; // nothing comes after it
            return merge.apply(order.getFirst().parties());
        }
        return next().or(() -> merged.map(r -> told(r, false))).map(Outcome::ok).orElseGet(() -> Outcome.no(failed.get(order.getFirst().ranks())));
    }

    /**
     * The next best that memory suits.
     *
     * @return empty when there is none left
     */
    public Optional<Demand> next() {
        while (ready.isEmpty() && at < order.size()) {
            level();
        }
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        last = Optional.of(ready.removeFirst());
        return last.map(r -> told(r, true));
    }

    /**
     * What was given last did not work after all.
     *
     * @param why for the explanation of the next
     */
    public void refuse(Refusal why) {
        last.ifPresent(r -> failed.put(r.combination.ranks, why));
    }

    private void level() {
        Combination best = order.get(at);
        for (; at < order.size() && order.get(at).level(best); at++) {
            Combination c = order.get(at);
            switch (merge.apply(c.parties)) {
                case Outcome.No<Demand>(Refusal why) -> failed.put(c.ranks, why);
                case Outcome.Ok<Demand>(Demand d) -> {
                    Outcome<String> allocators = judge.apply(d);
                    Ready one = new Ready(c, d, allocators.asOptional().orElse(""));
                    merged = merged.or(() -> Optional.of(one));
                    allocators.why().ifPresentOrElse(why -> failed.put(c.ranks, why), () -> ready.add(one));
                }
            }
        }
        ready.sort(Comparator.comparing(Ready::allocators).thenComparing(r -> r.combination.byName, Alternatives::compare));
    }

    private Demand told(Ready r, boolean suits) {
        Demand d = r.demand;
        List<Explanation.Line> lines = new ArrayList<>(d.picture());
        for (int i = 0; i < parties.size(); i++) {
            int many = parties.get(i).use().acceptable().size();
            if (many > 1) {
                lines.add(new Explanation.Line("alternative", alternative(r.combination.ranks, i, many, suits), List.of(parties.get(i).use().id().toString())));
            }
        }
        return new Demand(d.spec(), d.parties(), d.layout(), d.modifiers(), d.memory(), lines);
    }

    /** Why one use did not get better, all others being as they are: each of these combinations comes before the chosen one, so each was judged. */
    private String alternative(List<Integer> ranks, int use, int many, boolean suits) {
        StringBuilder s = new StringBuilder(suits ? ranks.get(use) + 1 + " of " + many : "none of " + many);
        for (int better = 0; better < (suits ? ranks.get(use) : many); better++) {
            List<Integer> instead = new ArrayList<>(ranks);
            instead.set(use, better);
            Refusal why = failed.get(instead);
            if (why != null) {
                s.append("; not ").append(better + 1).append(": ").append(why.allocators().isEmpty() ? Candidates.reason(why)
                        : String.join(", ", why.allocators().stream().map(a -> a.name() + " " + a.reason()).toList()));
            }
        }
        return s.toString();
    }
}
