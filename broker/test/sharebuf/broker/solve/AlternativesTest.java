package sharebuf.broker.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.memory.MemoryConstraints;

/** Alternatives against all combinations there are. An alternative is an alignment; allocators serve some of the alignments. Random, seed printed. */
class AlternativesTest {
    private static final int ROUNDS = 4_000;
    private static final String[] ALLOCATORS = {"alpha", "beta", "gamma"};

    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** Which alignments, as exponents, each allocator serves, and which cannot even be merged. */
    private record World(List<Party> parties, List<List<Integer>> served, int contradiction) {
        /** Names of who serves it; empty when nobody does, or it contradicts itself. */
        Optional<String> serves(List<Party> chosen) {
            int align = align(chosen);
            return align == contradiction ? Optional.empty()
                    : IntStream.range(0, ALLOCATORS.length).filter(a -> served.get(a).contains(align)).mapToObj(a -> ALLOCATORS[a]).findFirst();
        }

        static int align(List<Party> chosen) {
            return chosen.stream().mapToInt(p -> Long.numberOfTrailingZeros(p.use().dma().align())).max().orElse(0);
        }

        Alternatives alternatives() {
            return new Alternatives(parties, chosen -> align(chosen) == contradiction ? Outcome.no(Refusal.of(Errno.EINVAL, "align", "contradiction", "none")) : Outcome.ok(demand(chosen)),
                    d -> serves(d.parties()).map(Outcome::ok).orElseGet(() -> Outcome.no(Refusal.of(Errno.ENOMEM, "space", "none for " + align(d.parties()), "some"))));
        }

        private static Demand demand(List<Party> chosen) {
            return new Demand(BufferSpec.bytes(4096), chosen, Layout.ofBytes(4096), new TreeSet<>(), MemoryConstraints.NONE, List.of());
        }
    }

    private World world() {
        List<Party> parties = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            List<Integer> aligns = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6));
            Collections.shuffle(aligns, random);
            List<DmaConstraints> accepts = aligns.subList(0, 1 + random.nextInt(3)).stream().map(a -> DmaConstraints.builder().align(1L << a).build()).toList();
            UseId id = UseId.parse("u" + i);
            parties.add(new Party(new Use(id, Access.READ, accepts.getFirst(), List.of(), true, LettingGo.BETWEEN_JOBS, 0).orElse(accepts.subList(1, accepts.size())),
                    new Device(id.device(), List.of(), "soc", accepts.getFirst())));
        }
        List<List<Integer>> served = new ArrayList<>();
        for (int a = 0; a < ALLOCATORS.length; a++) {
            served.add(random.ints(random.nextInt(3), 1, 7).boxed().toList());
        }
        return new World(parties, served, random.nextInt(8));
    }

    /** A combination as the law orders it. */
    private record Ranked(int sum, int worst, String allocator, List<Integer> ranks) implements Comparable<Ranked> {
        @Override
        public int compareTo(Ranked o) {
            int c = sum != o.sum ? Integer.compare(sum, o.sum) : worst != o.worst ? Integer.compare(worst, o.worst) : allocator.compareTo(o.allocator);
            for (int i = 0; c == 0 && i < ranks.size(); i++) {
                c = Integer.compare(ranks.get(i), o.ranks.get(i));
            }
            return c;
        }
    }

    /** Everything that suits, best first, by trying everything; uses are in the order of their names. */
    private static List<Ranked> exhaustive(World w, List<Integer> prefix) {
        if (prefix.size() == w.parties.size()) {
            List<Party> chosen = new ArrayList<>();
            for (int i = 0; i < prefix.size(); i++) {
                chosen.add(new Party(w.parties.get(i).use().choosing(prefix.get(i)), w.parties.get(i).device()));
            }
            return w.serves(chosen).map(a -> List.of(new Ranked(prefix.stream().mapToInt(x -> x).sum(), prefix.stream().mapToInt(x -> x).max().orElse(0), a, prefix))).orElse(List.of());
        }
        List<Ranked> all = new ArrayList<>();
        for (int rank = 0; rank < w.parties.get(prefix.size()).use().acceptable().size(); rank++) {
            List<Integer> longer = new ArrayList<>(prefix);
            longer.add(rank);
            all.addAll(exhaustive(w, longer));
        }
        Collections.sort(all);
        return all;
    }

    private static List<Integer> ranks(World w, Demand d) {
        return w.parties.stream().map(p -> p.use().acceptable().indexOf(d.parties().stream().filter(q -> q.use().id().equals(p.use().id())).findFirst().orElseThrow().use().dma())).toList();
    }

    @Test
    void theBestIsTheBestOfAllAndTheOrderOfArrivalDoesNotMatter() {
        System.out.println("AlternativesTest seed " + seed);
        int suited = 0;
        int choices = 0;
        for (int i = 0; i < ROUNDS; i++) {
            World w = world();
            if (Alternatives.count(w.parties) == 1) {
                continue;
            }
            choices++;
            List<Ranked> expected = exhaustive(w, List.of());
            List<Party> shuffled = new ArrayList<>(w.parties);
            Collections.shuffle(shuffled, random);
            Alternatives found = new World(shuffled, w.served, w.contradiction).alternatives();
            Outcome<Demand> first = found.first();
            if (expected.isEmpty()) {
                assertThat(found.next()).isEmpty();
                assertThat(first.asOptional().stream().flatMap(d -> d.picture().stream()).map(l -> l.value())).as("seed %s", seed).allMatch(v -> v.startsWith("none of "));
                continue;
            }
            suited++;
            List<List<Integer>> order = new ArrayList<>(List.of(ranks(w, first.orThrow())));
            for (Optional<Demand> next = found.next(); next.isPresent(); next = found.next()) {
                order.add(ranks(w, next.get()));
            }
            assertThat(order).as("seed %s, round %s", seed, i).isEqualTo(expected.stream().map(Ranked::ranks).toList());
        }
        assertThat(suited).as("both answers occur").isBetween(choices / 20, choices - choices / 20);
    }

    @Test
    void eachUseIsToldWhyItGotNothingBetter() {
        System.out.println("AlternativesTest seed " + seed);
        int told = 0;
        for (int i = 0; i < ROUNDS; i++) {
            World w = world();
            Optional<Demand> first = w.alternatives().first().asOptional().filter(d -> w.serves(d.parties()).isPresent());
            for (Party p : first.isPresent() ? w.parties : List.<Party>of()) {
                int many = p.use().acceptable().size();
                int rank = ranks(w, first.get()).get(w.parties.indexOf(p));
                List<String> lines = first.get().picture().stream().filter(l -> l.by().equals(List.of(p.use().id().toString()))).map(l -> l.value()).toList();
                assertThat(lines).as("seed %s", seed).hasSize(many > 1 ? 1 : 0);
                if (many > 1) {
                    assertThat(lines.getFirst()).startsWith(rank + 1 + " of " + many);
                    assertThat(lines.getFirst().split("; not ", -1)).as("a reason for each better one, seed %s", seed).hasSize(rank + 1);
                    told += rank;
                }
            }
        }
        assertThat(told).isPositive();
    }

    @Test
    void oneThatFailedAfterAllIsAReasonForTheNext() {
        DmaConstraints large = DmaConstraints.builder().align(64).build();
        DmaConstraints small = DmaConstraints.builder().align(2).build();
        UseId id = UseId.parse("u0");
        Party p = new Party(new Use(id, Access.READ, large, List.of(), true, LettingGo.BETWEEN_JOBS, 0).orElse(List.of(small)), new Device("u0", List.of(), "soc", large));
        Alternatives a = new World(List.of(p), List.of(List.of(1, 6), List.of(), List.of()), 0).alternatives();
        assertThat(a.first().orThrow().parties().getFirst().use().dma()).isEqualTo(large);
        a.refuse(Refusal.of(Errno.ENOMEM, "space", "4096 bytes", "8192 bytes"));
        Demand next = a.next().orElseThrow();
        assertThat(next.parties().getFirst().use().dma()).isEqualTo(small);
        assertThat(next.picture().getFirst().value()).isEqualTo("2 of 2; not 1: space: found 4096 bytes, needed 8192 bytes");
        assertThat(a.next()).isEmpty();
    }
}
