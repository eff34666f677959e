package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.device.Access;
import sharebuf.device.BufferCount;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;

/** How many buffers a set needs: the same in any order, and never less with one more use. */
class BufferCountTest {
    private static Use use(int name, int held, LettingGo how) {
        return Use.ofBytes(UseId.parse("d" + name), Access.READ, DmaConstraints.builder().build(), how, held);
    }

    @Test
    void orderDoesNotMatterAndMoreUsesNeverNeedLess() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("BufferCountTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            List<Use> uses = new ArrayList<>();
            BufferCount before = BufferCount.of(uses);
            assertThat(before.least()).isEqualTo(1);
            assertThat(before.smooth()).isEqualTo(1);
            int sum = 0;
            for (int n = 0; n < 5; n++) {
                int held = random.nextInt(4);
                uses.add(use(n, held, LettingGo.values()[random.nextInt(LettingGo.values().length)]));
                sum += held;
                BufferCount now = BufferCount.of(uses);
                assertThat(now.least()).as("seed %d", seed).isGreaterThanOrEqualTo(before.least());
                assertThat(now.smooth()).as("seed %d", seed).isGreaterThanOrEqualTo(before.smooth()).isGreaterThanOrEqualTo(now.least());
                assertThat(now.smooth()).as("seed %d", seed).isGreaterThanOrEqualTo(sum);
                before = now;
            }
            Collections.shuffle(uses, random);
            assertThat(BufferCount.of(uses)).as("seed %d", seed).isEqualTo(before);
        }
    }

    @Test
    void aScreenKeepsItsLastBuffer() {
        BufferCount count = BufferCount.of(List.of(use(1, 1, LettingGo.BETWEEN_JOBS), use(2, 2, LettingGo.FLIP)));
        assertThat(count.least()).isEqualTo(2);
        assertThat(count.smooth()).isEqualTo(4);
        assertThat(count).hasToString("d1 keeps 1, d2 keeps 2");
    }
}
