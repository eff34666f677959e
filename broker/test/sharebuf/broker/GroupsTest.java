package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import sharebuf.broker.solve.Groups;

/** The fewest groups against every division there is. Things agree where they have a region in common. */
class GroupsTest {
    /** All divisions of things into groups that agree; the fewest groups, and of those divisions the groups that thing 0 may be in. */
    private static final class Exhaustive {
        private final int count;
        private final IntPredicate agrees;
        private int least = Integer.MAX_VALUE;
        private final Set<Integer> firsts = new HashSet<>();

        Exhaustive(int count, IntPredicate agrees) {
            this.count = count;
            this.agrees = agrees;
            divide(0, new ArrayList<>());
        }

        private void divide(int thing, List<Integer> groups) {
            if (thing == count) {
                if (groups.stream().allMatch(g -> Integer.bitCount(g) == 1 || agrees.test(g)) && groups.size() <= least) {
                    if (groups.size() < least) {
                        least = groups.size();
                        firsts.clear();
                    }
                    firsts.add(groups.getFirst());
                }
                return;
            }
            for (int g = 0; g < groups.size(); g++) {
                groups.set(g, groups.get(g) | 1 << thing);
                divide(thing + 1, groups);
                groups.set(g, groups.get(g) & ~(1 << thing));
            }
            groups.add(1 << thing);
            divide(thing + 1, groups);
            groups.removeLast();
        }
    }

    private static IntPredicate common(int[] regions) {
        return mask -> {
            int common = -1;
            for (int i = 0; i < regions.length; i++) {
                common &= (mask >> i & 1) != 0 ? regions[i] : -1;
            }
            return common != 0;
        };
    }

    /** Divides all, group by group, as sets are made. */
    private static int groups(int[] regions) {
        List<Integer> left = new ArrayList<>(Arrays.stream(regions).boxed().toList());
        int groups = 0;
        while (!left.isEmpty()) {
            int group = Groups.first(left.size(), common(left.stream().mapToInt(Integer::intValue).toArray()));
            for (int i = left.size() - 1; i >= 0; i--) {
                if ((group >> i & 1) != 0) {
                    left.remove(i);
                }
            }
            groups++;
        }
        return groups;
    }

    @Test
    void everyTableOfFiveThingsInThreeRegions() {
        for (int table = 0; table < 1 << 15; table++) {
            int[] regions = new int[5];
            for (int i = 0; i < regions.length; i++) {
                regions[i] = table >> 3 * i & 7;
            }
            same(regions, "table " + table);
        }
    }

    @Test
    void atRandom() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("GroupsTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            int[] regions = random.ints(1 + random.nextInt(8), 0, 1 << 1 + random.nextInt(5)).toArray();
            same(regions, "seed " + seed + ", " + Arrays.toString(regions));
        }
    }

    private static void same(int[] regions, String which) {
        IntPredicate agrees = common(regions);
        Exhaustive exhaustive = new Exhaustive(regions.length, agrees);
        Set<Integer> questions = new HashSet<>();
        int first = Groups.first(regions.length, mask -> {
            assertThat(questions.add(mask)).as("asked twice: %s", which).isTrue();
            return agrees.test(mask);
        });
        assertThat(exhaustive.firsts).as(which).contains(first);
        int largest = exhaustive.firsts.stream().mapToInt(Integer::bitCount).max().orElseThrow();
        int wanted = exhaustive.firsts.stream().filter(f -> Integer.bitCount(f) == largest).mapToInt(Integer::intValue).min().orElseThrow();
        assertThat(first).as(which).isEqualTo(wanted);
        assertThat(groups(regions)).as(which).isEqualTo(exhaustive.least);
    }

    @Test
    void whoTakesTheFirstThatFitsWouldNeedMore() {
        int[] regions = {0b011, 0b110, 0b001, 0b100}; // 0 and 1 agree, and then neither 2 nor 3 has anybody left
        assertThat(Groups.first(4, common(regions))).isEqualTo(0b0101);
        assertThat(groups(regions)).isEqualTo(2);
    }

    @Test
    void manyThingsAreTakenInTheirOrder() {
        int[] regions = new int[20];
        Arrays.setAll(regions, i -> i % 3 == 0 ? 1 : 2);
        int group = Groups.first(20, common(regions));
        for (int i = 0; i < 20; i++) {
            assertThat(group >> i & 1).isEqualTo(i % 3 == 0 ? 1 : 0);
        }
    }
}
