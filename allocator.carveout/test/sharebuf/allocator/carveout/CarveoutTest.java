package sharebuf.allocator.carveout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.memory.MemoryConstraints;
import sharebuf.placing.RegionOption;
import sharebuf.tck.BruteForce;
import sharebuf.tck.RandomRequests;
import sharebuf.tck.TestLedger;
import sharebuf.tck.TestRegion;

/** An extent is found exactly when trying every place finds one, in granules of an SRAM as in pages. */
class CarveoutTest {
    private static final long SRAM = 16 << 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void findsAnExtentExactlyWhenThereIsOne(long seed) {
        Random random = new Random(seed);
        int found = 0;
        int none = 0;
        for (int i = 0; i < 5000; i++) {
            long granule = random.nextBoolean() ? 64 : 4096;
            int granules = 2 + random.nextInt(40);
            TestRegion region = new TestRegion("carveout", (random.nextInt(40) + 1) * granule, granules * granule, granule);
            boolean[] free = new boolean[granules];
            TestLedger ledger = new TestLedger(region);
            Carveout carveout = new Carveout(region, false, RegionOption.NONE);
            while (ledger.place(carveout, RandomRequests.plain(granule)).isOk()) {
                // Until it is full.
            }
            for (TestLedger.Placed placed : ledger.objects()) {
                if (random.nextInt(8) > 0) {
                    free[(int) (placed.extents().getFirst().offset() / granule)] = true;
                    ledger.release(carveout, placed);
                }
            }
            Request request = new RandomRequests(random, region).next(Math.min(granules, 12));
            boolean expected = BruteForce.canPlace(region, request, free, true);
            assertThat(carveout.offer(request).isOk()).as("offer, seed %d, round %d: %s in %s", seed, i, request, ledger.free()).isEqualTo(expected);
            assertThat(ledger.place(carveout, request).isOk()).as("place, seed %d, round %d: %s in %s", seed, i, request, ledger.free()).isEqualTo(expected);
            found += expected ? 1 : 0;
            none += expected ? 0 : 1;
        }
        assertThat(Math.min(found, none)).as("both outcomes are met").isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void objectsOf64BytesTo4KiBAreAllServedWhileThereAreBytes(long seed) {
        TestRegion region = new TestRegion("sram", 0x0202_0000, SRAM, 64);
        Carveout carveout = new Carveout(region, false, RegionOption.NONE);
        TestLedger ledger = new TestLedger(region);
        Random random = new Random(seed);
        List<TestLedger.Placed> live = new ArrayList<>();
        long used = 0;
        for (int i = 0; i < 60_000; i++) {
            Request request = RandomRequests.plain(64L << random.nextInt(7));
            if (used + request.size() <= SRAM / 10 * 9) {
                TestLedger.Placed placed = ledger.place(carveout, request).orThrow();
                used += placed.extents().getFirst().size();
                live.add(placed);
            } else {
                TestLedger.Placed gone = live.set(random.nextInt(live.size()), live.getLast());
                live.removeLast();
                used -= gone.extents().getFirst().size();
                ledger.release(carveout, gone);
            }
        }
        Carveout successor = new Carveout(region, false, RegionOption.NONE);
        ledger.adoptedBy(successor);
        for (TestLedger.Placed placed : live) {
            ledger.release(successor, placed);
        }
        assertThat(ledger.place(successor, RandomRequests.plain(SRAM)).isOk()).as("seed %d: all of it is one extent again", seed).isTrue();
    }

    @Test
    void itIsChosenAfterMemoryThatOthersCanUse() {
        Offer offer = new Carveout(new TestRegion("carveout", 0, 1 << 20, 4096), false, RegionOption.NONE).offer(RandomRequests.plain(4096)).orThrow();
        assertThat(offer.rank()).isEqualTo(Offer.SPECIAL);
        assertThat(offer.reason()).isEqualTo("one extent of 4KiB");
    }

    @Test
    void onlyWhoNamesTheRegionGetsMemoryOfOneThatIsKept() {
        TestRegion region = new TestRegion("sram", 0, 1 << 20, 64);
        Carveout carveout = new Carveout(region, true, RegionOption.NONE);
        TestLedger ledger = new TestLedger(region);
        Refusal why = carveout.offer(RandomRequests.plain(64)).why().orElseThrow();
        assertThat(why.found()).isEqualTo("sram is kept for those who name it");
        assertThat(why.fix()).isEqualTo("--memory sram");
        assertThat(ledger.place(carveout, RandomRequests.plain(64)).isOk()).isFalse();
        MemoryConstraints named = MemoryConstraints.translated(new UseId("codec", "codec"), DmaConstraints.builder().regions(0, List.of("sram")).build());
        assertThat(ledger.place(carveout, RandomRequests.of(64, named)).isOk()).isTrue();
    }

    @Test
    void aRefusalNamesTheOptionThatMakesItLargeEnough() {
        TestRegion region = new TestRegion("carveout", 0x1000_0000, 4 << 20, 4096);
        Carveout carveout = new Carveout(region, false, new RegionOption("carveout", 0));
        TestLedger ledger = new TestLedger(region);
        ledger.place(carveout, RandomRequests.plain(1 << 20)).orThrow();
        Refusal why = carveout.offer(RandomRequests.plain(7 << 19)).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.found()).isEqualTo("3MiB free in carveout");
        assertThat(why.needed()).isEqualTo("3.5MiB");
        assertThat(why.fix()).isEqualTo("--board-option carveout=5MiB");
    }

    @Test
    void aRefusalNamesNoOptionThatDoesNotGoSoFar() {
        TestRegion region = new TestRegion("carveout", 0x1000_0000, 4 << 20, 4096);
        Carveout carveout = new Carveout(region, false, new RegionOption("carveout", 6));
        assertThat(carveout.offer(RandomRequests.plain(11 << 19)).why().orElseThrow().fix()).isEqualTo("--board-option carveout=6MiB");
        assertThat(carveout.offer(RandomRequests.plain(7 << 20)).why().orElseThrow().fix()).isEmpty();
    }

    @Test
    void whatIsLargerThanTheRegionIsToldASizeThatFits() {
        Carveout carveout = new Carveout(new TestRegion("sram", 0x0202_0000, 256 << 10, 32), false, RegionOption.NONE);
        assertThat(carveout.offer(RandomRequests.plain(1 << 20)).why().orElseThrow().fix()).isEqualTo("--bytes 262144");
        Request picture = new Request("test", BufferSpec.picture(PixelFormat.NV12, 640, 480).count(4), 0, 640 * 480 * 3 / 2, MemoryConstraints.NONE, Set.of());
        assertThat(carveout.offer(picture).why().orElseThrow().fix()).isEqualTo("--size 224x160");
    }

    @Test
    void memoryThatIsLentOrGrantedIsNotServed() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Carveout(new TestRegion("heap", 0, 1 << 20, 4096).granted(), false, RegionOption.NONE)).withMessageContaining("heap is granted");
        assertThatIllegalArgumentException().isThrownBy(() -> new Carveout(new TestRegion("cma", 0, 1 << 20, 4096).lend(new Random(1), 50, 0), false, RegionOption.NONE))
                .withMessageContaining("cma is reusable");
    }
}
