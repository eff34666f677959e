package sharebuf.allocator.cma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.tck.BruteForce;
import sharebuf.tck.RandomRequests;
import sharebuf.tck.TestLedger;
import sharebuf.tck.TestRegion;

/** An extent is found exactly when trying every place finds one; a pinned lodger makes its granule as good as taken. */
class CompleteTest {
    private static final long GRANULE = 4096;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void findsAnExtentExactlyWhenThereIsOne(long seed) {
        Random random = new Random(seed);
        int found = 0;
        int none = 0;
        for (int i = 0; i < 5000; i++) {
            int granules = 2 + random.nextInt(40);
            TestRegion region = new TestRegion("pool", (random.nextInt(40) + 1) * GRANULE, granules * GRANULE, GRANULE);
            boolean[] free = new boolean[granules];
            TestLedger ledger = new TestLedger(region);
            Pool pool = new Pool(region);
            while (ledger.place(pool, RandomRequests.plain(GRANULE)).isOk()) {
                // Until it is full.
            }
            for (TestLedger.Placed placed : ledger.objects()) {
                if (random.nextInt(8) > 0) {
                    free[(int) (placed.extents().getFirst().offset() / GRANULE)] = true;
                    ledger.release(pool, placed);
                }
            }
            Request request = new RandomRequests(random, region).next(Math.min(granules, 12));
            boolean offered = BruteForce.canPlace(region, request, free, true);
            assertThat(pool.offer(request).isOk()).as("offer, seed %d, round %d: %s in %s", seed, i, request, ledger.free()).isEqualTo(offered);
            region.lend(random, 60, 150);
            for (int g = 0; g < granules; g++) {
                free[g] &= !region.isPinned(g * GRANULE, GRANULE);
            }
            boolean expected = BruteForce.canPlace(region, request, free, true);
            var placed = ledger.place(pool, request);
            assertThat(placed.isOk()).as("place, seed %d, round %d: %s in %s", seed, i, request, ledger.free()).isEqualTo(expected);
            if (offered && !expected) {
                assertThat(placed.why().orElseThrow().errno()).isEqualTo(Errno.EBUSY);
            }
            placed.asOptional().ifPresent(p -> assertThat(region.lent(p.extents().getFirst().offset(), p.extents().getFirst().size())).isZero());
            found += expected ? 1 : 0;
            none += expected ? 0 : 1;
        }
        assertThat(Math.min(found, none)).as("both outcomes are met").isGreaterThan(100);
    }

    @Test
    void lodgersMoveOnlyWhenMemoryIsTaken() {
        TestRegion region = new TestRegion("cma", 0x1000_0000, 64 * GRANULE, GRANULE).lend(new Random(1), 100, 0);
        Pool pool = new Pool(region);
        Request request = RandomRequests.plain(12 * GRANULE);
        assertThat(pool.offer(request).orThrow().reason()).isEqualTo("one extent of 48KiB; 12 lodgers to move");
        assertThat(region.moved()).isZero();
        new TestLedger(region).place(pool, request).orThrow();
        assertThat(region.moved()).isEqualTo(12 * GRANULE);
    }

    @Test
    void aRefusalNamesAPoolThatIsLargeEnough() {
        TestRegion region = new TestRegion("cma", 0x1000_0000, 4 << 20, GRANULE);
        Pool pool = new Pool(region);
        TestLedger ledger = new TestLedger(region);
        ledger.place(pool, RandomRequests.plain(1 << 20)).orThrow();
        var why = pool.offer(RandomRequests.plain(7 << 19)).why().orElseThrow();
        assertThat(why.found()).isEqualTo("largest free range 3MiB of 4MiB in cma");
        assertThat(why.needed()).isEqualTo("one extent of 3.5MiB");
        assertThat(why.fix()).isEqualTo("--board-option cma=8MiB");
    }

    @Test
    void aGrantedRegionIsNotServed() {
        TestRegion region = new TestRegion("heap", 0, 1 << 20, GRANULE).granted();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new Pool(region))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("heap is granted");
    }
}
