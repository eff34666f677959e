package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.SegmentLimits;
import sharebuf.device.Use;
import sharebuf.device.UseId;

/**
 * The laws of alternatives with the broker's own merge and real allocators on pools that are partly taken: alternatives of regions, masks, alignments and segments. Random, seed
 * printed.
 */
class AlternativeSetLawsTest {
    private static final int WORLDS = 60;
    private static final int POOLS = 3;
    private static final int USES = 4;
    private static final int SIZE = 64 << 10;
    private static final int PIECE = 16 << 10;

    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Sum of ranks, worst rank, and what decides behind them. */
    private record Got(int sum, int worst, String region, Map<String, Integer> ranks) {
        boolean betterThan(int otherSum, int otherWorst) {
            return sum < otherSum || sum == otherSum && worst < otherWorst;
        }
    }

    private DmaConstraints demand() {
        DmaConstraints.Builder b = DmaConstraints.builder().align(1L << 12 + random.nextInt(6));
        if (random.nextInt(3) > 0) {
            List<String> pools = new ArrayList<>(List.of("pool0", "pool1", "pool2"));
            Collections.shuffle(pools, random);
            b.regions(0, pools.subList(0, 1 + random.nextInt(2)));
        }
        if (random.nextInt(2) == 0) {
            b.segments(new SegmentLimits(1 + random.nextInt(3), SIZE, random.nextBoolean() ? 0 : SIZE));
        }
        if (random.nextInt(3) == 0) {
            b.mask((2L + random.nextInt(POOLS)) * 64 * Scene.MIB - 1);
        }
        return b.build();
    }

    private Map<String, Use> world() {
        scene.close();
        scene = new Scene();
        Map<String, Use> uses = new HashMap<>();
        for (int i = 0; i < POOLS; i++) {
            FakeRegion region = scene.region("pool" + i, (i + 1) * 64 * Scene.MIB, Scene.MIB);
            // The last gives scattered pages.
            scene.seat("pool" + i, i < POOLS - 1 ? CmaFor.region(region) : GenericFor.region(region), "allocator." + i);
        }
        for (int u = 0; u < USES; u++) {
            String name = "u" + u;
            List<DmaConstraints> all = new ArrayList<>();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                all.add(demand());
            }
            Use use = new Use(new UseId(name, name), Access.READ, all.getFirst(), List.of(), true, LettingGo.BETWEEN_JOBS, 0).orElse(all.subList(1, all.size()));
            uses.put(name, use);
            scene.device(name, "soc", Access.READ, all.getFirst(), new Scene.Quiet(name, Access.READ, all.getFirst()) {
                @Override
                public List<Use> uses() {
                    return List.of(use);
                }
            });
        }
        return uses;
    }

    /** Takes a part of each pool away, sometimes all of it. */
    private void fill() {
        for (int i = 0; i < POOLS; i++) {
            List<BufferSet> taken = new ArrayList<>();
            for (int n = random.nextInt(18 * SIZE / PIECE); n > 0; n--) {
                scene.session.allocateFor(BufferSpec.bytes(PIECE).in(0, List.of("pool" + i)), Scene.uses("cpu")).asOptional().ifPresent(taken::add);
            }
            Collections.shuffle(taken, random);
            taken.subList(0, random.nextInt(1 + taken.size() / 3)).forEach(BufferSet::close);
        }
    }

    private Optional<Got> ask(Map<String, Use> uses, List<String> names) {
        Outcome<BufferSet> set = scene.session.describe(BufferSpec.bytes(SIZE), Scene.uses(names.toArray(String[]::new)));
        if (!set.isOk()) {
            return Optional.empty();
        }
        try (BufferSet s = set.orThrow()) {
            Outcome<BufferSet> taken = s.allocate();
            if (!taken.isOk()) {
                return Optional.empty();
            }
            Map<String, Integer> ranks = new HashMap<>();
            for (Attachment a : s.attachments()) {
                ranks.put(a.use().id().device(), uses.get(a.use().id().device()).acceptable().indexOf(a.use().dma()));
            }
            return Optional.of(new Got(ranks.values().stream().mapToInt(r -> r).sum(), ranks.values().stream().mapToInt(r -> r).max().orElse(0),
                    s.explain().choices().getFirst().region(), ranks));
        }
    }

    @Test
    @DisplayName("order of arrival, one more use, and one use fewer, with real memory that is partly taken")
    void laws() {
        System.out.println("AlternativeSetLawsTest seed " + seed);
        int served = 0;
        int refused = 0;
        int dearer = 0;
        for (int w = 0; w < WORLDS; w++) {
            Map<String, Use> uses = world();
            fill();
            List<String> names = new ArrayList<>(List.of("u0", "u1", "u2", "u3"));
            for (int many = 1; many <= USES; many++) {
                List<String> some = new ArrayList<>(names.subList(0, many));
                Optional<Got> got = ask(uses, some);
                String about = "seed " + seed + ", world " + w + ", " + some + ": " + got;
                Collections.shuffle(some, random);
                assertThat(ask(uses, some)).as("as %s, %s", some, about).isEqualTo(got);
                served += got.isPresent() ? 1 : 0;
                refused += got.isPresent() ? 0 : 1;
                for (String out : some.size() > 1 && got.isPresent() ? some : List.<String>of()) {
                    List<String> rest = some.stream().filter(n -> !n.equals(out)).toList();
                    int sum = rest.stream().mapToInt(got.get().ranks::get).sum();
                    int worst = rest.stream().mapToInt(got.get().ranks::get).max().orElse(0);
                    Optional<Got> without = ask(uses, rest);
                    assertThat(without).as("without %s, %s", out, about).isPresent();
                    assertThat(new Got(sum, worst, "", Map.of()).betterThan(without.get().sum, without.get().worst)).as("%s without %s, %s", without, out, about).isFalse();
                    dearer += without.get().betterThan(sum, worst) ? 1 : 0;
                }
            }
        }
        assertThat(List.of(served, refused, dearer)).as("each occurs").allMatch(n -> n > 0);
    }
}
