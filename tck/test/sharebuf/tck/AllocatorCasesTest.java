package sharebuf.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/** Each case passes an allocator that keeps the contract and catches one that breaks its point. */
class AllocatorCasesTest {
    @TestFactory
    Stream<DynamicTest> honestAllocatorsPass() {
        return AllocatorCases.all(7).stream().map(c -> dynamicTest(c.name(), () -> c.run(Honest::new)));
    }

    /** Case to an allocator that must fail it. */
    private static final Map<String, Subject> BROKEN = Map.ofEntries(Map.entry("offer-takes-nothing", region -> new Honest(region) {
        @Override
        public Outcome<Offer> offer(Request request) {
            Outcome<Long> at = find(request);
            at.asOptional().ifPresent(a -> taken.put(a, a + request.sizeIn(region.granule())));
            return at.map(a -> new Offer(0, "kept"));
        }
    }), Map.entry("extents-are-sound", region -> new Honest(region) {
        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) {
            return find(request).then(at -> claims.claim(at, region.granule()) ? Outcome.ok() : no("a", "b", "c"));
        }
    }), Map.entry("constraints-hold", region -> new Honest(region) {
        @Override
        boolean suits(Request request, long at, long size) {
            return request.constraints().reach().value().contains(new sharebuf.memory.Span(region.base() + at, size));
        }
    }), Map.entry("offers-are-honest", region -> new Honest(region) {
        @Override
        public Outcome<Offer> offer(Request request) {
            return Outcome.ok(new Offer(0, "anything"));
        }
    }), Map.entry("reserved-is-left", region -> new Honest(region) {
        @Override
        public void adopt(Live live) {
            taken.clear();
            live.extents().forEach(h -> taken.put(h.extent().offset(), h.extent().end()));
        }
    }), Map.entry("regions-are-permitted", region -> new Honest(region) {
        @Override
        Outcome<Long> find(Request request) {
            return super.find(RandomRequests.of(request.size(), new sharebuf.memory.MemoryConstraints(request.constraints().reach(), request.constraints().align(),
                    request.constraints().rules(), new java.util.TreeMap<>(), request.constraints().declared())));
        }
    }), Map.entry("refusals-explain", region -> new Honest(region) {
        @Override
        Outcome<Long> find(Request request) {
            Outcome<Long> found = super.find(request);
            return found.isOk() ? found : no("", "", "");
        }
    }), Map.entry("failure-leaves-books", region -> new Honest(region) {
        private boolean failed;

        @Override
        Outcome<Long> find(Request request) {
            Outcome<Long> found = failed ? no("sulking", "an earlier failure", "none") : super.find(request);
            failed |= !found.isOk();
            return found;
        }
    }), Map.entry("denied-claims-heal", region -> new Honest(region) {
        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) {
            return find(request).then(at -> {
                taken.put(at, at + request.sizeIn(region.granule()));
                return claims.claim(at, request.sizeIn(region.granule())) ? Outcome.ok() : no("a", "b", "c");
            });
        }
    }), Map.entry("released-is-reused", region -> new Honest(region) {
        @Override
        public void released(Extent extent) {
            if (extent.size() != 3 * region.granule()) {
                super.released(extent);
            }
        }
    }), Map.entry("adoption", region -> new Honest(region) {
        @Override
        public void adopt(Live live) {
            super.adopt(Live.NOTHING);
        }
    }), Map.entry("adoption-again", region -> new Honest(region) {
        @Override
        public void adopt(Live live) {
            // Keeps what it knew.
            if (taken.isEmpty()) {
                super.adopt(live);
            }
        }
    }), Map.entry("catching-up", region -> new Honest(region) {
        @Override
        public boolean catchUp(Changes changes) {
            return true; // and does not
        }
    }), Map.entry("unknown-constraints", region -> new Honest(region) {
        @Override
        public Set<String> understands() {
            return Set.of("org.sharebuf.tck.made-up");
        }
    }), Map.entry("odd-requests", region -> new Honest(region) {
        @Override
        public Outcome<Offer> offer(Request request) {
            return super.find(RandomRequests.plain(Math.toIntExact(request.size()))).map(at -> new Offer(0, "int"));
        }
    }));

    @TestFactory
    Stream<DynamicTest> brokenAllocatorsAreCaught() {
        return AllocatorCases.all(7).stream().map(c -> dynamicTest(c.name(), () -> {
            assertThat(BROKEN).as("a broken allocator for each case").containsKey(c.name());
            assertThatThrownBy(() -> c.run(BROKEN.get(c.name()))).isInstanceOf(CaseFailed.class);
        }));
    }

    @Test
    void aCaseSaysRegionAndSeed() {
        AllocatorCases.Case sound = AllocatorCases.all(99).stream().filter(c -> c.name().equals("extents-are-sound")).findFirst().orElseThrow();
        assertThatThrownBy(() -> sound.run(BROKEN.get("extents-are-sound"))).hasMessageContaining("seed 99").hasMessageContaining("tck-a");
    }

    @Test
    void theModelAgreesWithCountingByHand() {
        MemoryRegion region = new TestRegion("tiny", 0, 4 * 4096, 4096);
        boolean[] holes = {true, false, true, true};
        assertThat(List.of(BruteForce.canPlace(region, RandomRequests.plain(3 * 4096), holes, false), BruteForce.canPlace(region, RandomRequests.plain(3 * 4096), holes, true),
                BruteForce.canPlace(region, RandomRequests.plain(2 * 4096), holes, true))).containsExactly(true, false, true);
    }
}
