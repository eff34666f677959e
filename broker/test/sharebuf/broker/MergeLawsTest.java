package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.Span;

/** Law 10: the merge is commutative, associative, idempotent and never loosens. Random constraints, seed printed. */
class MergeLawsTest {
    private static final int ROUNDS = 20_000;
    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private MemoryConstraints any(int use) {
        DmaConstraints.Builder b = DmaConstraints.builder();
        if (random.nextBoolean()) {
            long bus = (long) random.nextInt(4) << 16;
            b.range(new DmaRange(bus, (long) random.nextInt(8) << 15, (1 + random.nextInt(8)) << 14));
            if (random.nextInt(3) == 0) {
                b.range(new DmaRange(bus + (1 << 20), (long) random.nextInt(8) << 15, (1 + random.nextInt(8)) << 14));
            }
        }
        if (random.nextInt(3) == 0) {
            b.mask((1L << 12 + random.nextInt(10)) - 1);
        }
        b.align(1L << random.nextInt(16));
        if (random.nextBoolean()) {
            b.segments(new SegmentLimits(1 + random.nextInt(4), random.nextBoolean() ? Long.MAX_VALUE : 4096L << random.nextInt(3),
                    random.nextBoolean() ? 0 : 8192L << random.nextInt(3)));
        }
        for (int plane = 0; plane < 2; plane++) {
            if (random.nextInt(3) == 0) {
                TreeSet<String> names = new TreeSet<>(List.of("left", "right", "ram").subList(random.nextInt(2), 2 + random.nextInt(2)));
                b.regions(plane, names);
            }
        }
        VendorConstraint.Rule[] rules = VendorConstraint.Rule.values();
        for (VendorConstraint.Rule rule : rules) {
            if (random.nextInt(4) == 0) {
                b.vendor(switch (rule) {
                    case INTERSECTION -> VendorConstraint.of("x." + rule, rule, new TreeSet<>(List.of("a", "b", "c").subList(random.nextInt(2), 2 + random.nextInt(2))));
                    case EQUAL -> VendorConstraint.of("x." + rule, rule, new TreeSet<>(List.of(random.nextBoolean() ? "a" : "b")));
                    default -> VendorConstraint.of("x." + rule, rule, 1 + random.nextInt(12));
                });
            }
        }
        UseId id = UseId.parse("u" + use);
        return random.nextInt(6) == 0 ? MemoryConstraints.translated(id, b.build()) : MemoryConstraints.direct(id, b.build());
    }

    private List<Span> place() {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            spans.add(new Span((long) random.nextInt(80) << 12, (long) (1 + random.nextInt(4)) << 12));
        }
        return spans;
    }

    /** Whether planes are gathered into objects before the merge or after it makes no difference, and an object permits what all its planes do. */
    @Test
    void planesAreGatheredIntoObjectsBeforeOrAfterTheMerge() {
        System.out.println("MergeLawsTest seed " + seed);
        List<Layout> layouts = List.of(Layout.ofBytes(4096), Layout.linear(PixelFormat.NV12, 64, 64, 1, 1), Layout.linear(PixelFormat.NV12M, 64, 64, 1, 1),
                Layout.linear(PixelFormat.YUYV, 64, 64, 1, 1));
        for (int i = 0; i < ROUNDS; i++) {
            MemoryConstraints a = any(1);
            MemoryConstraints b = any(2);
            Layout layout = layouts.get(random.nextInt(layouts.size()));
            MemoryConstraints gathered = a.merge(b).perObject(layout);
            assertThat(gathered).as("seed %s", seed).isEqualTo(a.perObject(layout).merge(b.perObject(layout)));
            for (int object = 0; object < 2; object++) {
                for (String region : List.of("left", "right", "ram")) {
                    boolean all = true;
                    for (int plane = 0; plane < 2; plane++) {
                        boolean in = layout.planes().isEmpty() ? plane == 0 && object == 0 : plane < layout.planes().size() && layout.planes().get(plane).object() == object;
                        for (MemoryConstraints each : List.of(a, b)) {
                            all &= !in || !each.regions().containsKey(plane) || each.regions().get(plane).value().contains(region);
                        }
                    }
                    boolean permitted = !gathered.regions().containsKey(object) || gathered.regions().get(object).value().contains(region);
                    assertThat(permitted).as("seed %s, object %d in %s", seed, object, region).isEqualTo(all);
                }
            }
        }
    }

    @Test
    void mergeIsCommutativeAssociativeIdempotentAndNeutral() {
        System.out.println("MergeLawsTest seed " + seed);
        for (int i = 0; i < ROUNDS; i++) {
            MemoryConstraints a = any(1);
            MemoryConstraints b = any(2);
            MemoryConstraints c = any(3);
            assertThat(a.merge(b)).as("commutative, seed %s", seed).isEqualTo(b.merge(a));
            assertThat(a.merge(b).merge(c)).as("associative, seed %s", seed).isEqualTo(a.merge(b.merge(c)));
            assertThat(a.merge(a)).as("idempotent, seed %s", seed).isEqualTo(a);
            assertThat(a.merge(b).merge(b)).as("idempotent, seed %s", seed).isEqualTo(a.merge(b));
            assertThat(a.merge(MemoryConstraints.NONE)).as("neutral, seed %s", seed).isEqualTo(a);
            assertThat(MemoryConstraints.merged(List.of(c, a, b))).as("all at once, seed %s", seed).isEqualTo(a.merge(b).merge(c));
        }
    }

    @Test
    void mergedPermitsExactlyWhatAllPermit() {
        System.out.println("MergeLawsTest seed " + seed);
        int permitted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            List<MemoryConstraints> all = new ArrayList<>(List.of(any(1), any(2), any(3)));
            MemoryConstraints merged = all.stream().reduce(MemoryConstraints.NONE, MemoryConstraints::merge);
            List<Span> spans = place();
            boolean each = all.stream().allMatch(c -> c.judge(spans).isEmpty());
            assertThat(merged.judge(spans).isEmpty()).as("seed %s, round %s", seed, i).isEqualTo(each);
            permitted += each ? 1 : 0;
            Collections.shuffle(all, random);
            assertThat(all.stream().reduce(MemoryConstraints.NONE, MemoryConstraints::merge)).as("order, seed %s", seed).isEqualTo(merged);
        }
        assertThat(permitted).as("the random cases exercise both answers").isBetween(ROUNDS / 200, ROUNDS - ROUNDS / 200);
    }
}
