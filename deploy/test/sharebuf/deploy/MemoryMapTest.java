package sharebuf.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.memory.Span;

/** Compared with bitmaps of a memory of 64 bytes. */
class MemoryMapTest {
    private static final int BYTES = 64;

    private record Drawn(BitSet all, BitSet holes) {
    }

    @Test
    void agreesWithBitmaps() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int[] seen = new int[2];
        for (int round = 0; round < 50_000; round++) {
            MemoryMap map = new MemoryMap();
            List<BitSet> memories = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(2); i++) {
                Span span = span(random);
                boolean free = memories.stream().noneMatch(m -> m.intersects(bits(span)));
                assertThat(accepts(() -> map.memory("m", span))).as("memory %s, seed %d", span, seed).isEqualTo(free);
                if (free) {
                    memories.add(bits(span));
                }
            }
            List<Drawn> regions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Span span = span(random);
                List<Span> holes = random.nextBoolean() ? List.of() : List.of(span(random));
                Drawn drawn = new Drawn(bits(span), new BitSet());
                holes.forEach(h -> drawn.holes.or(bits(h)));
                boolean fits = memories.stream().anyMatch(m -> inside(drawn.all, m)) && inside(drawn.holes, drawn.all)
                        && regions.stream().allMatch(r -> mayLieTogether(r, drawn));
                seen[fits ? 1 : 0]++;
                assertThat(accepts(() -> map.region("r", span, holes))).as("region %s without %s, seed %d", span, holes, seed).isEqualTo(fits);
                if (fits) {
                    regions.add(drawn);
                }
            }
        }
        assertThat(seen[0]).as("refused, seed %d", seed).isGreaterThan(1_000);
        assertThat(seen[1]).as("accepted, seed %d", seed).isGreaterThan(1_000);
    }

    @Test
    void holesOfARegionMayNotOverlap() {
        MemoryMap map = new MemoryMap();
        assertThat(accepts(() -> map.memory("m", new Span(0, 64)))).isTrue();
        assertThat(accepts(() -> map.region("r", new Span(0, 64), List.of(new Span(0, 9), new Span(8, 8))))).isFalse();
    }

    @Test
    void theUpperHalfOfTheAddressesIsMemoryToo() {
        MemoryMap map = new MemoryMap();
        assertThat(accepts(() -> map.memory("m", new Span(-4096, 4096)))).isTrue();
        assertThat(accepts(() -> map.memory("low", new Span(0, 4096)))).isTrue();
        assertThat(accepts(() -> map.region("r", new Span(-4096, 4096), List.of()))).isTrue();
        assertThat(accepts(() -> map.region("across", new Span(-8192, 8192), List.of()))).isFalse();
    }

    private interface Step {
        void run() throws MemoryMap.Misfit;
    }

    private static boolean accepts(Step step) {
        try {
            step.run();
            return true;
        } catch (MemoryMap.Misfit e) {
            return false;
        }
    }

    /** What two regions share lies in the holes of one of them. */
    private static boolean mayLieTogether(Drawn a, Drawn b) {
        BitSet shared = (BitSet) a.all.clone();
        shared.and(b.all);
        return inside(shared, a.holes) || inside(shared, b.holes);
    }

    private static boolean inside(BitSet inner, BitSet outer) {
        BitSet left = (BitSet) inner.clone();
        left.andNot(outer);
        return left.isEmpty();
    }

    private static BitSet bits(Span span) {
        BitSet bits = new BitSet(BYTES);
        bits.set((int) span.base(), (int) span.last() + 1);
        return bits;
    }

    private static Span span(Random random) {
        int base = random.nextInt(BYTES);
        int size = 1 + random.nextInt(random.nextBoolean() ? BYTES - base : Math.min(8, BYTES - base));
        return new Span(base, size);
    }
}
