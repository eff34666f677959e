package sharebuf.allocator.generic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.allocator.Request;
import sharebuf.buffer.Outcome;
import sharebuf.tck.BruteForce;
import sharebuf.tck.RandomRequests;
import sharebuf.tck.TestLedger;
import sharebuf.tck.TestRegion;

/** A placement is found exactly when a search through all sequences of granules finds one. */
class CompleteTest {
    private static final long GRANULE = 4096;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void findsAPlacementExactlyWhenThereIsOne(long seed) {
        Random random = new Random(seed);
        int found = 0;
        int none = 0;
        for (int i = 0; i < 3000; i++) {
            int granules = 2 + random.nextInt(7);
            TestRegion region = new TestRegion("tiny", (random.nextInt(40) + 1) * GRANULE, granules * GRANULE, GRANULE);
            boolean[] free = new boolean[granules];
            TestLedger ledger = new TestLedger(region);
            PageAllocator allocator = new PageAllocator(region, 10);
            fragment(random, ledger, allocator, free);
            Request request = new RandomRequests(random, region).next(Math.min(granules, 6));
            boolean expected = BruteForce.canPlace(region, request, free, false);
            assertThat(allocator.offer(request).isOk()).as("offer, seed %d, round %d: %s in %s", seed, i, request, ledger.free()).isEqualTo(expected);
            Outcome<TestLedger.Placed> placed = ledger.place(allocator, request);
            assertThat(placed.isOk()).as("place, seed %d, round %d: %s in %s", seed, i, request, ledger.free()).isEqualTo(expected);
            found += expected ? 1 : 0;
            none += expected ? 0 : 1;
        }
        assertThat(Math.min(found, none)).as("both outcomes are met").isGreaterThan(100);
    }

    /** Takes granules one by one and gives some of them back. */
    private static void fragment(Random random, TestLedger ledger, PageAllocator allocator, boolean[] free) {
        while (ledger.place(allocator, RandomRequests.plain(GRANULE)).isOk()) {
            // Until it is full.
        }
        for (TestLedger.Placed placed : ledger.objects()) {
            if (random.nextInt(3) > 0) {
                free[(int) (placed.extents().getFirst().offset() / GRANULE)] = true;
                ledger.release(allocator, placed);
            }
        }
    }

    @Test
    void contiguousRequestsEndAtTheLargestOrder() {
        TestRegion region = new TestRegion("dram", 0, 64 << 20, GRANULE);
        PageAllocator allocator = new PageAllocator(region, 10);
        var four = RandomRequests.plain(4 << 20, sharebuf.buffer.DmaAttribute.CONTIGUOUS);
        var more = RandomRequests.plain((4 << 20) + 1, sharebuf.buffer.DmaAttribute.CONTIGUOUS);
        assertThat(allocator.offer(four).isOk()).isTrue();
        var why = allocator.offer(more).why().orElseThrow();
        assertThat(why.constraint()).isEqualTo("contiguous");
        assertThat(why.found()).isEqualTo("largest block of the page allocator 4MiB");
        assertThat(why.fix()).isEqualTo("--board-option cma=8MiB");
    }

    @Test
    void theFixCountsAllBuffersAndObjectsOfASet() {
        PageAllocator allocator = new PageAllocator(new TestRegion("dram", 0, 64 << 20, GRANULE), 10);
        var spec = sharebuf.buffer.BufferSpec.picture(sharebuf.format.PixelFormat.NV12M, 3840, 2160).count(4);
        var luma = new Request("test", spec, 0, 3840 * 2160, sharebuf.memory.MemoryConstraints.NONE, java.util.Set.of(sharebuf.buffer.DmaAttribute.CONTIGUOUS));
        // 4 x 12441600 bytes are 47.5 MiB.
        assertThat(allocator.offer(luma).why().orElseThrow().fix()).isEqualTo("--board-option cma=64MiB");
    }
}
