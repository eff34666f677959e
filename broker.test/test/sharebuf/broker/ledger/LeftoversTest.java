package sharebuf.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranges and their last owners, beside an array that says it for every byte. */
class LeftoversTest {
    @Test
    void whatOneOwnerLeftIsItsOwnAsAWholeAndInPart() {
        Leftovers left = new Leftovers();
        left.put(0, 4, 1);
        left.put(4, 8, 1);
        assertThat(left.count()).as("neighbours are one").isEqualTo(1);
        assertThat(left.take(2, 6)).isEqualTo(1);
        assertThat(left.take(2, 6)).as("taken is taken").isEqualTo(RegionLedger.NOBODY);
        assertThat(left.take(0, 2)).isEqualTo(1);
        assertThat(left.take(6, 8)).isEqualTo(1);
        assertThat(left.count()).isZero();
    }

    @Test
    void aByteOfAnotherSpoilsIt() {
        Leftovers left = new Leftovers();
        left.put(0, 8, 1);
        left.put(3, 4, 2);
        assertThat(left.take(0, 8)).isEqualTo(RegionLedger.NOBODY);
        left.put(0, 8, 1);
        left.put(3, 4, RegionLedger.NOBODY);
        assertThat(left.take(0, 8)).isEqualTo(RegionLedger.NOBODY);
        left.put(0, 8, 1);
        assertThat(left.take(0, 9)).as("a byte of which nothing is known").isEqualTo(RegionLedger.NOBODY);
    }

    @Test
    void anOwnerThatIsOverLeftNothing() {
        Leftovers left = new Leftovers();
        left.put(0, 4, 1);
        left.put(4, 8, 2);
        left.forget(1);
        assertThat(left.take(0, 4)).isEqualTo(RegionLedger.NOBODY);
        assertThat(left.take(4, 8)).isEqualTo(2);
    }

    @Test
    void itAgreesWithAnArrayOfBytesAndStaysSmall() {
        long seed = 20261125;
        Random random = new Random(seed);
        Leftovers left = new Leftovers();
        long[] model = new long[64];
        for (int i = 0; i < 20_000; i++) {
            int from = random.nextInt(63);
            int to = from + 1 + random.nextInt(64 - from);
            long owner = random.nextInt(4);
            if (random.nextInt(50) == 0) {
                left.forget(owner);
                Arrays.setAll(model, b -> model[b] == owner ? 0 : model[b]);
            } else if (random.nextBoolean()) {
                left.put(from, to, owner);
                Arrays.fill(model, from, to, owner);
            } else {
                long first = model[from];
                boolean one = Arrays.stream(model, from, to).allMatch(b -> b == first);
                assertThat(left.take(from, to)).as("seed " + seed + ", step " + i).isEqualTo(one ? first : 0);
                Arrays.fill(model, from, to, 0);
            }
            long runs = 0;
            for (int b = 0; b < model.length; b++) {
                runs += model[b] != 0 && (b == 0 || model[b - 1] != model[b]) ? 1 : 0;
            }
            assertThat((long) left.count()).as("one range a run, seed " + seed + ", step " + i).isEqualTo(runs);
        }
    }
}
