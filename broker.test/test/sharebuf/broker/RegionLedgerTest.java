package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.broker.test.FakeRegion;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;

/** The guard against an obvious model: an array with an entry a page. */
class RegionLedgerTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 24;
    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void aClaimIsTakenExactlyWhenEveryPageIsFree() {
        System.out.println("RegionLedgerTest seed " + seed);
        RegionId id = new RegionId("r");
        FakeRegion region = new FakeRegion(id, 0x1000_0000L, PAGES * PAGE, PAGE, List.of(new Extent(id, 7 * PAGE, 2 * PAGE)));
        RegionLedger ledger = new RegionLedger(region);
        int[] model = new int[PAGES];
        model[7] = -1;
        model[8] = -1;
        List<Extent> live = new ArrayList<>();
        int refused = 0;
        for (int i = 1; i < 50_000; i++) {
            if (random.nextBoolean() && !live.isEmpty()) {
                Extent e = live.remove(random.nextInt(live.size()));
                ledger.release(e);
                Arrays.fill(model, (int) (e.offset() / PAGE), (int) (e.end() / PAGE), 0);
                assertThatThrownBy(() -> ledger.release(e)).isInstanceOf(IllegalStateException.class);
            } else {
                int first = random.nextInt(PAGES);
                int count = 1 + random.nextInt(Math.min(6, PAGES - first));
                boolean free = Arrays.stream(model, first, first + count).allMatch(p -> p == 0);
                boolean taken = ledger.claim((long) first * PAGE, (long) count * PAGE, new ObjectId(new BufferId(i), 0));
                assertThat(taken).as("seed %s step %s: %s+%s in %s", seed, i, first, count, Arrays.toString(model)).isEqualTo(free);
                refused += taken ? 0 : 1;
                if (taken) {
                    live.add(new Extent(id, (long) first * PAGE, (long) count * PAGE));
                    Arrays.fill(model, first, first + count, i);
                }
            }
            assertThat(ledger.used()).isEqualTo(live.stream().mapToLong(Extent::size).sum());
        }
        assertThat(refused).isGreaterThan(1_000);
        assertThat(ledger.held()).extracting(h -> h.extent()).containsExactlyElementsOf(live.stream().sorted((a, b) -> Long.compare(a.offset(), b.offset())).toList());
    }
}
