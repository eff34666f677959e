package sharebuf.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BinsTest {

    @Test
    void shouldGiveEachSmallSizeItsOwnBin() {
        for (int size = 1; size < 64; size++) {
            assertEquals(size, Bins.of(size));
        }
    }

    @Test
    void shouldNeverGoDownAndNeverSkipABin() {
        int before = Bins.of(1);
        for (int size = 2; size < 1 << 20; size++) {
            int bin = Bins.of(size);
            assertTrue(bin == before || bin == before + 1, "size " + size);
            before = bin;
        }
    }

    @Test
    void shouldKnowTheSmallestSizeOfEachBin() {
        for (int bin = 1; bin < Bins.COUNT; bin++) {
            int smallest = Bins.smallest(bin);
            assertEquals(bin, Bins.of(smallest));
            assertEquals(bin - 1, smallest == 1 ? 0 : Bins.of(smallest - 1));
        }
        assertEquals(Bins.COUNT - 1, Bins.of(Integer.MAX_VALUE));
    }
}
