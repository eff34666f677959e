package sharebuf.placing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.allocator.Request;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Span;
import sharebuf.tck.BruteForce;
import sharebuf.tck.RandomRequests;
import sharebuf.tck.TestRegion;

/** The searches against the definitions: {@link SegmentRule#segments} and the search through all sequences. */
class SearchTest {
    private static final long GRANULE = 64;

    private static SegmentRule rule(Random random) {
        List<DmaRange> ranges = new ArrayList<>();
        if (random.nextBoolean()) {
            long cut = 1 + random.nextInt(999);
            ranges.add(new DmaRange(5000 + random.nextInt(100), cut, 1000 - cut));
            ranges.add(new DmaRange(random.nextBoolean() ? ranges.getFirst().lastBus() + 1 : random.nextInt(100), 0, cut));
        }
        return new SegmentRule(UseId.parse("device"), new SegmentLimits(1 + random.nextInt(9), random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(100),
                random.nextBoolean() ? 0 : 1L << random.nextInt(9)), ranges);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void countsWhatTheRuleCuts(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            SegmentRule rule = rule(random);
            Cutter cutter = new Cutter(rule);
            long from = random.nextInt(800);
            long size = 1 + random.nextInt(300);
            int expected = rule.segments(List.of(new Span(from, size))).size();
            assertThat(cutter.count(from, size)).as("seed %d, round %d: %s at %d+%d", seed, i, rule, from, size).isEqualTo(expected == 0 ? Cutter.UNREACHABLE : expected);
            if (expected == 0) {
                continue;
            }
            long[] counts = new long[1];
            long fill = 0;
            for (long at = from; at < from + size;) {
                long step = Math.min(from + size - at, 1 + random.nextInt(60));
                boolean follows = at > from && cutter.busOf(at - 1) + 1 == cutter.busOf(at);
                fill = cutter.advance(at, step, follows ? fill : 0, counts);
                at += step;
            }
            assertThat(counts[0]).as("step by step, seed %d, round %d: %s at %d+%d", seed, i, rule, from, size).isEqualTo(expected);
        }
    }

    /** Three tight rules, so that neither bounds nor greedy choices decide. */
    private static Request tight(Random random, TestRegion region) {
        MemoryConstraints all = MemoryConstraints.NONE;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            DmaConstraints.Builder dma = DmaConstraints.builder().align(random.nextInt(3) == 0 ? GRANULE << random.nextInt(3) : 1);
            if (random.nextInt(3) == 0) {
                long cut = (1 + random.nextInt((int) (region.size() / GRANULE) - 1)) * GRANULE - (random.nextInt(4) == 0 ? 16 : 0);
                dma.range(new DmaRange(4096, region.base() + cut, region.size() - cut))
                        .range(new DmaRange(4096 + region.size() - cut, region.base(), cut));
            }
            dma.segments(new SegmentLimits(1 + random.nextInt(5), random.nextBoolean() ? Long.MAX_VALUE : 40 + random.nextInt(200), random.nextBoolean() ? 0 : 64L << random.nextInt(3)));
            all = all.merge(MemoryConstraints.direct(new UseId("device" + i, "dma"), dma.build()));
        }
        return RandomRequests.of((1 + random.nextInt(5)) * GRANULE, all);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7, 23, 24, 25, 29})
    void exactSearchAloneIsComplete(long seed) {
        Random random = new Random(seed);
        int found = 0;
        int none = 0;
        for (int i = 0; i < 1500; i++) {
            TestRegion region = new TestRegion("tiny", (1 + random.nextInt(30)) * GRANULE, (2 + random.nextInt(7)) * GRANULE, GRANULE);
            boolean[] free = new boolean[(int) (region.size() / GRANULE)];
            List<Gap> gaps = new ArrayList<>();
            for (int g = 0; g < free.length; g++) {
                free[g] = random.nextInt(4) > 0;
                if (free[g]) {
                    gaps.add(new Gap(g * GRANULE, GRANULE));
                }
            }
            Request request = tight(random, region);
            MemoryConstraints c = request.constraints();
            gaps.removeIf(g -> !c.reach().value().contains(new Span(region.base() + g.offset(), GRANULE)));
            boolean expected = BruteForce.canPlace(region, request, free, false);
            String what = "seed " + seed + ", round " + i + ": " + request + " in " + gaps;
            // With contiguous() the brute force asks for one extent, which is not this search's matter.
            if (!request.contiguous()) {
                List<Cutter> cutters = c.rules().stream().map(Cutter::new).toList();
                Scatter.Answer exact = gaps.isEmpty() ? Scatter.Answer.NONE
                        : new ExactSearch(cutters, region.base(), GRANULE, c.align().value(), request.sizeIn(GRANULE) / GRANULE).search(Scatter.joined(gaps));
                assertThat(exact.found()).as(what).isEqualTo(expected);
                Scatter.Answer all = new Scatter(request, region).search(Scatter.joined(gaps));
                assertThat(all.found()).as(what).isEqualTo(expected);
                assertThat(all.unsure()).isFalse();
                if (expected) {
                    assertThat(c.judge(exact.gaps().stream().map(g -> new Span(region.base() + g.offset(), g.size())).toList())).as(what).isEmpty();
                }
                found += expected ? 1 : 0;
                none += expected ? 0 : 1;
            }
        }
        assertThat(Math.min(found, none)).isGreaterThan(100);
    }
}
