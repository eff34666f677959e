package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import sharebuf.memory.Span;

/** Against an array that says of each slot whose it is. */
class BouncePoolTest {
    private static final long BASE = 0x41000000L;
    private static final int SLOTS = 64;

    private final BouncePool pool = new BouncePool(new Span(BASE, SLOTS * BouncePool.SLOT), "swiotlb");

    @RepeatedTest(10)
    @DisplayName("what is given out is free, aligned, within reach, and refused only where no such piece is")
    void likeAnArray(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        System.out.println("BouncePoolTest seed " + seed);
        Random random = new Random(seed);
        boolean[] taken = new boolean[SLOTS];
        Map<Long, Integer> live = new TreeMap<>();
        for (int i = 0; i < 3000; i++) {
            if (!live.isEmpty() && random.nextInt(5) < 2) {
                long cpu = live.keySet().stream().skip(random.nextInt(live.size())).findFirst().orElseThrow();
                int n = live.remove(cpu);
                for (int s = 0; s < n; s++) {
                    taken[(int) ((cpu - BASE) / BouncePool.SLOT) + s] = false;
                }
                pool.give(cpu);
                continue;
            }
            int slots = 1 + random.nextInt(12);
            int align = 1 << random.nextInt(3);
            int reach = random.nextInt(4) == 0 ? SLOTS / 2 : SLOTS;
            long limit = BASE + reach * BouncePool.SLOT;
            long size = slots * BouncePool.SLOT - random.nextInt(2000);
            OptionalLong got = pool.take(size, align * BouncePool.SLOT, at -> at + size <= limit);
            String step = "seed " + seed + ", step " + i + ", " + slots + " slots aligned to " + align + " within " + reach;
            assertThat(got.isPresent()).as(step).isEqualTo(exists(taken, slots, align, reach));
            got.ifPresent(cpu -> {
                int first = (int) ((cpu - BASE) / BouncePool.SLOT);
                assertThat((cpu - BASE) % (align * BouncePool.SLOT)).as(step).isZero();
                assertThat(first + slots).as(step).isLessThanOrEqualTo(reach);
                for (int s = first; s < first + slots; s++) {
                    assertThat(taken[s]).as(step).isFalse();
                    taken[s] = true;
                }
                live.put(cpu, slots);
            });
            assertThat(pool.free()).as(step).isEqualTo((SLOTS - live.values().stream().mapToInt(Integer::intValue).sum()) * BouncePool.SLOT);
        }
    }

    private static boolean exists(boolean[] taken, int slots, int align, int reach) {
        for (int first = 0; first + slots <= reach; first += align) {
            boolean free = true;
            for (int s = first; s < first + slots; s++) {
                free &= !taken[s];
            }
            if (free) {
                return true;
            }
        }
        return false;
    }

    @Test
    @DisplayName("a pool that is too small says what to type")
    void larger() {
        assertThat(pool.larger(1)).contains("--board-option swiotlb=1MiB");
        assertThat(new BouncePool(new Span(BASE, 4096), "").larger(1)).isEmpty();
    }
}
