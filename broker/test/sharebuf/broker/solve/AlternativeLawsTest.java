package sharebuf.broker.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
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

/**
 * What must hold when uses and alternatives come, go and are stated twice. An alternative is a set of places that will do, and is merged by intersection as
 * permitted regions are: what suits more uses suits each of them. Every small world there is, and larger ones at random, seed printed.
 */
class AlternativeLawsTest {
    private static final int ROUNDS = 1_000;
    private static final int PLACES = 6;
    private static final int MOST_USES = 3;
    private static final int MOST_ALTERNATIVES = 3;

    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());

    /** A use: bit masks of places, the best first. */
    private record Wish(String name, List<Integer> accepts) {
        Wish {
            accepts = List.copyOf(accepts);
        }

        Wish with(int at, int mask) {
            List<Integer> more = new ArrayList<>(accepts);
            more.add(at, mask);
            return new Wish(name, more);
        }

        Wish without(int at) {
            List<Integer> fewer = new ArrayList<>(accepts);
            fewer.remove(at);
            return new Wish(name, fewer);
        }

        Party party() {
            List<DmaConstraints> all = accepts.stream().map(m -> DmaConstraints.builder().regions(0, names(m)).build()).toList();
            UseId id = new UseId(name, name);
            return new Party(new Use(id, Access.READ, all.getFirst(), List.of(), true, LettingGo.BETWEEN_JOBS, 0).orElse(all.subList(1, all.size())),
                    new Device(name, List.of(), "soc", all.getFirst()));
        }

        private static List<String> names(int mask) {
            return IntStream.range(0, PLACES).filter(p -> (mask >> p & 1) != 0).mapToObj(p -> "p" + p).toList();
        }
    }

    /** What was chosen: the masks by use and the place; ranks as {@link Use#acceptable} counts them. */
    private record Choice(TreeMap<String, Integer> masks, int place, int sum, int worst) {
        boolean betterThan(int otherSum, int otherWorst) {
            return sum < otherSum || sum == otherSum && worst < otherWorst;
        }
    }

    /** Uses and the places that are free. Two places in a row belong to one allocator, so that names may tie. */
    private record World(List<Wish> wishes, int free) {
        World {
            wishes = List.copyOf(wishes);
        }

        World with(Wish instead) {
            return new World(wishes.stream().map(w -> w.name.equals(instead.name) ? instead : w).toList(), free);
        }

        World without(Wish out) {
            return new World(wishes.stream().filter(w -> w != out).toList(), free);
        }

        private static int common(List<Party> chosen) {
            return chosen.stream().mapToInt(p -> p.use().dma().regions().get(0).stream().mapToInt(r -> 1 << r.charAt(1) - '0').sum()).reduce(-1, (a, b) -> a & b);
        }

        Alternatives alternatives() {
            return new Alternatives(wishes.stream().map(Wish::party).toList(), chosen -> common(chosen) == 0 ? Outcome.no(Refusal.of(Errno.EINVAL, "region", "none in common", "one"))
                    : Outcome.ok(new Demand(BufferSpec.bytes(4096), chosen, Layout.ofBytes(4096), new TreeSet<>(), MemoryConstraints.NONE, List.of())),
                    d -> (common(d.parties()) & free) == 0 ? Outcome.no(Refusal.of(Errno.ENOMEM, "space", "none in " + common(d.parties()), "some"))
                            : Outcome.ok("allocator" + Integer.numberOfTrailingZeros(common(d.parties()) & free) / 2));
        }

        Choice choice(Demand d) {
            TreeMap<String, Integer> masks = new TreeMap<>();
            int sum = 0;
            int worst = 0;
            for (Party p : d.parties()) {
                masks.put(p.use().id().device(), common(List.of(p)));
                Wish wish = wishes.stream().filter(w -> w.name.equals(p.use().id().device())).findFirst().orElseThrow();
                int rank = wish.party().use().acceptable().indexOf(p.use().dma());
                sum += rank;
                worst = Math.max(worst, rank);
            }
            return new Choice(masks, Integer.numberOfTrailingZeros(common(d.parties()) & free), sum, worst);
        }

        /** What is chosen; empty when nothing suits. */
        Optional<Choice> best() {
            return alternatives().first().asOptional().filter(d -> (common(d.parties()) & free) != 0).map(this::choice);
        }

        /** All that is tried, one after the other. */
        List<Choice> order() {
            Alternatives all = alternatives();
            List<Choice> order = new ArrayList<>();
            for (Optional<Demand> next = all.next(); next.isPresent(); next = all.next()) {
                order.add(choice(next.get()));
            }
            return order;
        }

        /** What the asker reads: each use's line, or the refusal. */
        List<String> told() {
            return switch (alternatives().first()) {
                case Outcome.Ok<Demand>(Demand d) -> d.picture().stream().map(l -> l.by() + " " + l.value()).sorted().toList();
                case Outcome.No<Demand>(Refusal why) -> List.of(why.toString());
            };
        }
    }

    /** Every world of two uses with up to three different alternatives and of three with up to two, over two places. */
    private static void small(Consumer<World> law) {
        List<List<Integer>> upToTwo = lists(2);
        List<List<Integer>> upToThree = lists(3);
        for (int free = 0; free < 4; free++) {
            for (List<Integer> a : upToThree) {
                for (List<Integer> b : upToThree) {
                    law.accept(new World(List.of(new Wish("u0", a), new Wish("u1", b)), spread(free)));
                }
            }
            for (List<Integer> a : upToTwo) {
                for (List<Integer> b : upToTwo) {
                    for (List<Integer> c : upToTwo) {
                        law.accept(new World(List.of(new Wish("u0", a), new Wish("u1", b), new Wish("u2", c)), spread(free)));
                    }
                }
            }
        }
    }

    private static List<List<Integer>> lists(int most) {
        List<List<Integer>> all = new ArrayList<>();
        for (List<Integer> l : allLists(most)) {
            if (!l.isEmpty() && l.stream().distinct().count() == l.size()) {
                all.add(l.stream().map(AlternativeLawsTest::spread).toList());
            }
        }
        return all;
    }

    private static List<List<Integer>> allLists(int most) {
        List<List<Integer>> all = new ArrayList<>(List.of(List.of()));
        for (int from = 0, length = 0; length < most; length++) {
            int to = all.size();
            for (; from < to; from++) {
                for (int mask = 1; mask < 4; mask++) {
                    List<Integer> longer = new ArrayList<>(all.get(from));
                    longer.add(mask);
                    all.add(longer);
                }
            }
        }
        return all;
    }

    /** The second of two places belongs to another allocator. */
    private static int spread(int mask) {
        return mask & 1 | (mask & 2) << 1;
    }

    private void everywhere(Consumer<World> law) {
        small(law);
        System.out.println("AlternativeLawsTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            List<Wish> wishes = new ArrayList<>();
            for (int u = 0, uses = 1 + random.nextInt(MOST_USES); u < uses; u++) {
                wishes.add(new Wish("u" + u, random.ints(1 + random.nextInt(MOST_ALTERNATIVES), 1, 1 << PLACES).distinct().boxed().toList()));
            }
            World world = new World(wishes, random.nextInt(1 << PLACES));
            try {
                law.accept(world);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + i + ", " + world, e);
            }
        }
    }

    @Test
    @DisplayName("whoever comes first: the same choice, the same order of what is tried after it, the same words")
    void order() {
        everywhere(w -> {
            List<Wish> turned = new ArrayList<>(w.wishes);
            for (int i = 0; i < w.wishes.size(); i++) {
                Collections.rotate(turned, 1);
                assertSame(w, new World(turned, w.free));
            }
            Collections.reverse(turned);
            assertSame(w, new World(turned, w.free));
        });
    }

    private static void assertSame(World w, World other) {
        assertThat(other.order()).as("%s as %s", w, other).isEqualTo(w.order());
        assertThat(other.told()).as("%s as %s", w, other).isEqualTo(w.told());
    }

    @Test
    @DisplayName("one more use never makes it better for the others as a whole, and turns no refusal into a success")
    void oneMoreUse() {
        int[] worse = new int[1];
        everywhere(w -> {
            for (Wish newcomer : w.wishes.size() > 1 ? w.wishes : List.<Wish>of()) {
                World before = w.without(newcomer);
                w.best().ifPresent(all -> {
                    int[] ranks = before.wishes.stream().mapToInt(x -> x.accepts.indexOf(all.masks.get(x.name))).toArray();
                    int sum = IntStream.of(ranks).sum();
                    int worst = IntStream.of(ranks).max().orElse(0);
                    assertThat(before.best()).as("%s without %s", w, newcomer).hasValueSatisfying(b -> {
                        Choice others = new Choice(new TreeMap<>(), 0, sum, worst);
                        assertThat(others.betterThan(b.sum, b.worst)).as("%s without %s: %s before, %s after", w, newcomer, b, all).isFalse();
                        worse[0] += b.betterThan(sum, worst) ? 1 : 0;
                    });
                });
            }
        });
        assertThat(worse[0]).as("it costs something").isPositive();
    }

    @Test
    @DisplayName("without all that lies behind the chosen one nothing changes; without some of it, it is not worse, and the chosen one still does")
    void fewerBehind() {
        everywhere(w -> w.best().ifPresent(chosen -> {
            for (Wish wish : w.wishes) {
                int rank = wish.accepts.indexOf(chosen.masks.get(wish.name));
                for (int end = rank + 1; end < wish.accepts.size(); end++) {
                    assertThat(w.with(new Wish(wish.name, wish.accepts.subList(0, end))).best()).as("%s, %s no more than %s", w, wish.name, end).contains(chosen);
                    World fewer = w.with(wish.without(end));
                    assertThat(fewer.best()).as("%s, %s without its %s", w, wish.name, end).hasValueSatisfying(b -> assertThat(chosen.betterThan(b.sum, b.worst)).isFalse());
                    assertThat(fewer.order()).contains(chosen);
                }
            }
        }));
    }

    @Test
    @DisplayName("without one that lies before the chosen one, the sum of ranks falls by one and no more")
    void fewerBefore() {
        everywhere(w -> w.best().ifPresent(chosen -> {
            for (Wish wish : w.wishes) {
                for (int i = 0; i < wish.accepts.indexOf(chosen.masks.get(wish.name)); i++) {
                    assertThat(w.with(wish.without(i)).best().map(Choice::sum)).as("%s, %s without its %s", w, wish.name, i).contains(chosen.sum - 1);
                }
            }
        }));
    }

    @Test
    @DisplayName("without the chosen one nothing comes that was preferred to it before, and a refusal stays one whatever goes")
    void withoutTheChosen() {
        everywhere(w -> {
            Optional<Choice> chosen = w.best();
            for (Wish wish : w.wishes) {
                for (int i = 0; wish.accepts.size() > 1 && i < wish.accepts.size(); i++) {
                    Optional<Choice> left = w.with(wish.without(i)).best();
                    if (chosen.isEmpty()) {
                        assertThat(left).as("%s, %s without its %s", w, wish.name, i).isEmpty();
                        continue;
                    }
                    left.ifPresent(l -> {
                        int[] then = w.wishes.stream().mapToInt(x -> x.accepts.indexOf(l.masks.get(x.name))).toArray();
                        Choice measured = new Choice(new TreeMap<>(), 0, IntStream.of(then).sum(), IntStream.of(then).max().orElse(0));
                        assertThat(measured.betterThan(chosen.get().sum, chosen.get().worst)).as("%s: %s although %s", w, l, chosen).isFalse();
                    });
                }
            }
        });
    }

    @Test
    @DisplayName("one more alternative behind the others never makes it worse, and refuses nobody; when it is used, nothing did without it as well")
    void oneMoreBehind() {
        int[] helped = new int[1];
        everywhere(w -> {
            Optional<Choice> before = w.best();
            for (Wish wish : w.wishes) {
                for (int mask : new int[] {1, 4, 5, 6}) {
                    if (wish.accepts.contains(mask)) {
                        continue;
                    }
                    Optional<Choice> after = w.with(wish.with(wish.accepts.size(), mask)).best();
                    helped[0] += before.isEmpty() && after.isPresent() ? 1 : 0;
                    before.ifPresent(b -> assertThat(after).as("%s, %s also %s", w, wish.name, mask).hasValueSatisfying(a -> {
                        assertThat(b.betterThan(a.sum, a.worst)).as("%s, %s also %s: %s, then %s", w, wish.name, mask, b, a).isFalse();
                        if (!a.masks.get(wish.name).equals(mask)) {
                            assertThat(a).isEqualTo(b);
                        }
                    }));
                }
            }
        });
        assertThat(helped[0]).as("some were served by it").isPositive();
    }

    @Test
    @DisplayName("stated twice is stated once, wherever the second stands")
    void equal() {
        everywhere(w -> {
            for (Wish wish : w.wishes) {
                for (int i = 0; i < wish.accepts.size(); i++) {
                    for (int at = i + 1; at <= wish.accepts.size(); at++) {
                        World twice = w.with(wish.with(at, wish.accepts.get(i)));
                        assertThat(twice.best()).as("%s", twice).isEqualTo(w.best());
                        assertThat(twice.told()).as("%s", twice).isEqualTo(w.told());
                    }
                }
            }
        });
    }

    @Test
    @DisplayName("one that is narrower than an earlier one is never chosen; behind all others it changes nothing")
    void narrower() {
        everywhere(w -> {
            for (Wish wish : w.wishes) {
                for (int mask : wish.accepts) {
                    for (int narrow = mask - 1 & mask; narrow > 0; narrow = narrow - 1 & mask) {
                        if (wish.accepts.contains(narrow)) {
                            continue;
                        }
                        assertThat(w.with(wish.with(wish.accepts.size(), narrow)).best()).as("%s, %s also %s", w, wish.name, narrow).isEqualTo(w.best());
                        for (int at = wish.accepts.indexOf(mask) + 1; at <= wish.accepts.size(); at++) {
                            int never = narrow;
                            assertThat(w.with(wish.with(at, narrow)).best().filter(c -> c.masks.get(wish.name) == never)).as("%s, %s also %s", w, wish.name, narrow).isEmpty();
                        }
                    }
                }
            }
        });
    }

    @Test
    @DisplayName("every use twice, under another name: the same memory, and each gets what its twin gets")
    void twins() {
        everywhere(w -> {
            List<Wish> all = new ArrayList<>(w.wishes);
            w.wishes.forEach(x -> all.add(new Wish(x.name + "-twin", x.accepts)));
            Optional<Choice> both = new World(all, w.free).best();
            assertThat(both.map(Choice::place)).as("%s", w).isEqualTo(w.best().map(Choice::place));
            both.ifPresent(b -> w.wishes.forEach(x -> assertThat(b.masks.get(x.name)).as("%s of %s", x, w).isEqualTo(b.masks.get(x.name + "-twin")).isEqualTo(w.best().orElseThrow().masks.get(x.name))));
        });
    }

    /** What might be taken for a law and is none: a place in the list is a price, and what is put in or taken out before others changes theirs. */
    @Test
    @DisplayName("no laws: one use may gain by a newcomer; one put in or taken out before others moves them; one use twice weighs twice")
    void noLaws() {
        World two = new World(List.of(new Wish("u0", List.of(1, 4)), new Wish("u1", List.of(4, 1))), 5);
        assertThat(two.best().orElseThrow().masks).as("as good either way, and the lesser allocator's").containsEntry("u1", 1);
        World three = new World(List.of(two.wishes.get(0), two.wishes.get(1), new Wish("u2", List.of(4))), 5);
        assertThat(three.best().orElseThrow().masks).as("u1 gained, u0 lost").containsEntry("u1", 4).containsEntry("u0", 4);

        World moved = new World(List.of(new Wish("u0", List.of(12, 4, 1)), new Wish("u1", List.of(1, 4))), 5);
        assertThat(moved.best().orElseThrow().place).as("0 + 1 before 2 + 0").isEqualTo(2);
        World as = new World(List.of(new Wish("u0", List.of(12, 1)), new Wish("u1", List.of(1, 4))), 5);
        assertThat(as.best().orElseThrow().place).as("1 + 0 as good as 0 + 1").isEqualTo(0);

        World weighed = new World(List.of(new Wish("u0", List.of(4, 1)), new Wish("u1", List.of(1, 4))), 5);
        assertThat(weighed.best().orElseThrow().place).isEqualTo(0);
        World twice = new World(List.of(weighed.wishes.get(0), weighed.wishes.get(1), new Wish("u0-twin", List.of(4, 1))), 5);
        assertThat(twice.best().orElseThrow().place).isEqualTo(2);
    }
}
