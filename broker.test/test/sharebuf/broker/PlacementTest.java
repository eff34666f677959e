package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.broker.test.FakeRegion;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.Span;

/**
 * Random sets of uses on tiny boards against a brute-force search over the free pages: the broker finds a placement exactly when
 * one exists, and every address that it hands out is inside its device's ranges.
 */
class PlacementTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 8;
    private static final int ROUNDS = 600;
    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void aPlacementIsFoundExactlyWhenOneExistsAndNoHandleBreaksALimit() {
        System.out.println("PlacementTest seed " + seed);
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (Scene scene = new Scene(BrokerLimits.of(60_000, 100, 500, 300))) {
                found += round(scene, round) ? 1 : 0;
            }
        }
        assertThat(found).as("both answers are exercised").isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    private boolean round(Scene scene, int round) {
        List<List<Long>> free = new ArrayList<>();
        free.add(region(scene, "ram", 0x10_0000L, false));
        free.add(region(scene, "cma", 0x10_0000L + (long) PAGES * PAGE * (random.nextBoolean() ? 1 : 2), true));
        List<DmaConstraints> all = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int d = 0; d <= random.nextInt(3); d++) {
            DmaConstraints dma = constraints();
            all.add(dma);
            names.add("d" + d);
            scene.device("d" + d, "bus" + random.nextInt(2), Access.READ, dma, new Scene.Quiet("d" + d, Access.READ, dma));
        }
        int pages = 1 + random.nextInt(4);
        long size = (long) pages * PAGE - random.nextInt(PAGE);
        boolean exists = free.stream().anyMatch(map -> exists(map, new ArrayList<>(), pages, all, map == free.get(1)));
        Outcome<BufferSet> outcome = scene.session.allocateFor(BufferSpec.bytes(size), names.stream().map(UseId::parse).toList());
        assertThat(outcome.isOk()).as("seed %s round %s: %s uses %s pages %s free %s: %s", seed, round, exists ? "exists" : "no placement", all, pages,
                free.stream().map(m -> m.stream().map(Long::toHexString).toList()).toList(), outcome.why().map(r -> r.message()).orElse("")).isEqualTo(exists);
        outcome.why().ifPresent(why -> {
            assertThat(why.errno()).isIn(Errno.ENOMEM, Errno.EINVAL);
            assertThat(why.fix()).isNotEmpty();
            assertThat(why.device()).isNotEmpty();
        });
        outcome.asOptional().ifPresent(set -> handles(set, all, size));
        return exists;
    }

    private void handles(BufferSet set, List<DmaConstraints> all, long size) {
        for (int d = 0; d < all.size(); d++) {
            DmaConstraints dma = all.get(d);
            var mapping = (Attachment.Mapping.Addressed) set.attachments().get(d).mapping(set.buffers().getFirst().objects().getFirst()).orElseThrow();
            assertThat(mapping.segments().size()).isLessThanOrEqualTo(dma.segments().maxCount());
            assertThat(mapping.segments().stream().mapToLong(s -> s.size()).sum()).isGreaterThanOrEqualTo(size);
            for (var s : mapping.segments()) {
                long first = s.address().address();
                long last = first + s.size() - 1;
                assertThat(Long.compareUnsigned(last, dma.mask())).isLessThanOrEqualTo(0);
                assertThat(s.size()).isLessThanOrEqualTo(dma.segments().maxSize());
                if (dma.segments().boundary() != 0) {
                    assertThat(first / dma.segments().boundary()).isEqualTo(last / dma.segments().boundary());
                }
                assertThat(dma.ranges().isEmpty() || dma.ranges().stream().anyMatch(r -> r.containsBus(first))).isTrue();
            }
        }
    }

    /** A region with random reserved pages. Returns the CPU addresses of the free ones. */
    private List<Long> region(Scene scene, String name, long base, boolean contiguous) {
        List<Extent> reserved = new ArrayList<>();
        List<Long> free = new ArrayList<>();
        for (int p = 0; p < PAGES; p++) {
            if (random.nextInt(3) == 0) {
                reserved.add(new Extent(new RegionId(name), (long) p * PAGE, PAGE));
            } else {
                free.add(base + (long) p * PAGE);
            }
        }
        FakeRegion region = new FakeRegion(new RegionId(name), base, (long) PAGES * PAGE, PAGE, reserved);
        scene.region(region);
        scene.seat(name, contiguous ? CmaFor.region(region) : GenericFor.region(region), name);
        return free;
    }

    private DmaConstraints constraints() {
        DmaConstraints.Builder b = DmaConstraints.builder();
        if (random.nextInt(3) > 0) {
            long size = (long) (2 + random.nextInt(12)) * PAGE;
            long cpu = 0x10_0000L + (long) random.nextInt(12) * PAGE;
            b.range(new DmaRange(0x4_0000L, cpu, size));
            if (random.nextInt(2) == 0) {
                b.range(new DmaRange(0x40_0000L, cpu + size + (random.nextBoolean() ? 0 : PAGE), 6 * PAGE));
            }
        }
        if (random.nextInt(3) == 0) {
            // Cuts the first window, the second one off, or, without windows, the address space.
            b.mask((random.nextBoolean() ? 0x4_0000L : 0x10_0000L) + (long) (1 + random.nextInt(12)) * PAGE - 1);
        }
        b.align((long) PAGE << random.nextInt(3));
        if (random.nextInt(4) > 0) {
            b.segments(new SegmentLimits(1 + random.nextInt(3), random.nextInt(3) == 0 ? (long) PAGE << random.nextInt(2) : Long.MAX_VALUE,
                    random.nextInt(3) == 0 ? 2L * PAGE << random.nextInt(2) : 0));
        }
        return b.build();
    }

    /** Every ordered choice of free pages; the pool places in one piece only. */
    private boolean exists(List<Long> free, List<Long> chosen, int pages, List<DmaConstraints> all, boolean onePiece) {
        if (chosen.size() == pages) {
            List<Span> spans = chosen.stream().map(p -> new Span(p, PAGE)).toList();
            for (int d = 0; d < all.size(); d++) {
                if (!suits(all.get(d), spans)) {
                    return false;
                }
            }
            return true;
        }
        for (long page : free) {
            boolean next = chosen.isEmpty() || !onePiece || chosen.getLast() + PAGE == page;
            if (next && !chosen.contains(page)) {
                chosen.add(page);
                if (exists(free, chosen, pages, all, onePiece)) {
                    return true;
                }
                chosen.removeLast();
            }
        }
        return false;
    }

    /** Page by page, written apart from the product's own rule. */
    private static boolean suits(DmaConstraints dma, List<Span> pages) {
        if (pages.getFirst().base() % dma.align() != 0) {
            return false;
        }
        int segments = 0;
        long length = 0;
        long before = -1;
        for (Span page : pages) {
            long bus = page.base();
            if (!dma.ranges().isEmpty()) {
                DmaRange range = dma.ranges().stream().filter(r -> page.base() >= r.cpu() && page.last() <= r.lastCpu()).findFirst().orElse(null);
                if (range == null) {
                    return false;
                }
                bus = page.base() - range.cpu() + range.bus();
            }
            if (Long.compareUnsigned(bus + PAGE - 1, dma.mask()) > 0) {
                return false;
            }
            boolean edge = dma.segments().boundary() != 0 && bus % dma.segments().boundary() == 0;
            if (bus != before + PAGE || before < 0 || edge || length + PAGE > dma.segments().maxSize()) {
                segments++;
                length = 0;
            }
            length += PAGE;
            before = bus;
        }
        return segments <= dma.segments().maxCount();
    }
}
