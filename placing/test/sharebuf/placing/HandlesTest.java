package sharebuf.placing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.range.RangeAllocator;

/** Handles are found by offset exactly as in a map, whatever the order. */
class HandlesTest {
    private static final long GRANULE = 64;

    @Test
    void findsWhatAMapFinds() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("placing HandlesTest seed " + seed);
        Random random = new Random(seed);
        RangeAllocator ranges = new RangeAllocator(0, 4096 * GRANULE, GRANULE);
        Handles handles = new Handles(ranges);
        Map<Long, Integer> model = new HashMap<>();
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            int most = i / 50_000 % 2 == 0 ? 3000 : 20; // fills, and empties again
            if (offsets.size() < random.nextInt(most)) {
                int handle = ranges.allocate(GRANULE * (1 + random.nextInt(2)), GRANULE, 0);
                if (handle >= 0) {
                    handles.add(handle);
                    model.put(ranges.offset(handle), handle);
                    offsets.add(ranges.offset(handle));
                }
            } else if (!offsets.isEmpty()) {
                int which = random.nextInt(offsets.size());
                long offset = offsets.set(which, offsets.getLast());
                offsets.removeLast();
                assertThat(handles.remove(offset)).as("seed %d, step %d", seed, i).isEqualTo(model.remove(offset));
                assertThat(handles.remove(offset)).as("seed %d, step %d, a second time", seed, i).isNegative();
                ranges.free(ranges.handleAt(offset));
            }
        }
        for (long offset : offsets) {
            assertThat(handles.remove(offset)).isEqualTo(model.get(offset));
        }
    }
}
