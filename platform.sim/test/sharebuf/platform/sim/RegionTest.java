package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.Span;

class RegionTest {
    private static final long PAGE = 4096;

    private final Soc soc = new Soc(Backing.create());

    RegionTest() {
        soc.dram().add(new Span(0x4000_0000, 64 << 20));
    }

    @AfterEach
    void close() {
        soc.close();
    }

    private SimRegion add(Object... pairs) {
        Map<String, Object> values = new java.util.HashMap<>(Map.of("sharebuf_region", "cma", "base", "0x40000000", "size", "8MiB"));
        for (int i = 0; i < pairs.length; i += 2) {
            values.put((String) pairs[i], pairs[i + 1]);
        }
        return soc.addRegion(RegionSpec.parse("region~x", Board.config(RegionConfig.class, values)));
    }

    private void assertRefused(String text, Object... pairs) {
        assertThatIllegalArgumentException().isThrownBy(() -> add(pairs)).withMessageContaining("region~x").withMessageContaining(text);
    }

    @Test
    void shouldNameWhatIsWrongInAConfiguration() {
        assertRefused("size = 8MB", "size", "8MB");
        assertRefused("size = 5000", "size", "5000");
        assertRefused("base = 0x40000100", "base", "0x40000100");
        assertRefused("granule = 3000", "granule", "3000");
        assertRefused("granule = 2KiB", "granule", "2KiB");
        assertRefused("granule = 16", "granule", "16", "mapped", false);
        assertRefused("reusable = true", "reusable", true, "mapped", false);
        assertRefused("0x40000000-0x43ffffff", "base", "0x3ffff000");
        assertRefused("0x40000000-0x43ffffff", "size", "65MiB");
        assertRefused("lodgers = 101", "reusable", true, "lodgers", 101);
        assertRefused("lodgers = 10", "lodgers", 10);
        assertRefused("pinned = 1001", "reusable", true, "pinned", 1001);
        assertRefused("seat = maybe", "seat", "maybe");
        assertRefused("reserved = 1MiB", "reserved", new String[] {"1MiB"});
        assertRefused("reserved = 7MiB+2MiB", "reserved", new String[] {"7MiB+2MiB"});
        assertRefused("reserved", "reserved", new String[] {"0+2MiB", "1MiB+2MiB"});
    }

    @Test
    void memoryWithoutPagesHasSmallGranulesWithBytesOfTheirOwn() {
        SimRegion sram = add("mapped", false, "granule", "32", "size", "64KiB");
        assertThat(sram.mapped()).isFalse();
        List<Extent> pair = List.of(new Extent(sram.id(), 4064, 32), new Extent(sram.id(), 4096, 64));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = soc.uncachedView(List.of(new Extent(sram.id(), 0, 8192)), arena).fill((byte) 7);
            soc.zero(pair);
            MemorySegment joined = soc.uncachedView(pair, arena);
            assertThat(joined.byteSize()).as("neighbours across a page are one piece").isEqualTo(96);
            assertThat(joined.mismatch(arena.allocate(96))).isEqualTo(-1);
            assertThat(all.get(ValueLayout.JAVA_BYTE, 4063)).isEqualTo((byte) 7);
            assertThat(all.get(ValueLayout.JAVA_BYTE, 4160)).isEqualTo((byte) 7);
        }
    }

    @Test
    void shouldOverlapOnlyInReservedHoles() {
        SimRegion ram = add("sharebuf_region", "ram", "size", "64MiB", "reserved", new String[] {"8MiB+8MiB", "0+1MiB"});
        assertThat(ram.reserved()).containsExactly(new Extent(new RegionId("ram"), 0, 1 << 20), new Extent(new RegionId("ram"), 8 << 20, 8 << 20));
        assertRefused("ram", "sharebuf_region", "cma", "base", "0x40700000");
        assertRefused("ram", "sharebuf_region", "ram", "base", "0x40800000");
        SimRegion cma = add("base", "0x40800000");
        soc.removeRegion(cma);
        add("base", "0x40800000");
    }

    @Test
    void shouldMoveItsLodgersAwayWithTheirContent() {
        SimRegion cma = add("reusable", true, "lodgers", 50, "seed", 7L, "reserved", new String[] {"1MiB+1MiB"});
        Lodgers lodgers = cma.lodgers();
        long lent = cma.lent(0, cma.size());
        assertThat(lent / PAGE).isBetween(700L, 1090L);
        assertThat(cma.lent(1 << 20, 1 << 20)).isZero();
        long expected = cma.lent(0, 64 * PAGE);
        assertThat(cma.vacate(0, 64 * PAGE)).isEqualTo(Outcome.ok(expected));
        assertThat(lodgers.pagesMoved()).isEqualTo(expected / PAGE).isPositive();
        assertThat(lodgers.nanosMoving()).isPositive();
        soc.dram().zero(new Span(cma.base(), 64 * PAGE)); // a buffer takes the place
        int found = 0;
        for (int g = 0; g < cma.size() / PAGE; g++) {
            MemorySegment content = lodgers.content(g);
            if (content.byteSize() > 0) {
                found++;
                for (long at = 0; at < PAGE; at += 8) {
                    assertThat(content.get(ValueLayout.JAVA_LONG_UNALIGNED, at)).isEqualTo(lodgers.pattern(g));
                }
                assertThat(lodgers.isLent(g)).isEqualTo(g >= 64);
            }
        }
        assertThat(found).isEqualTo((int) (lent / PAGE));
        assertThat(cma.vacate(0, 64 * PAGE)).as("pays once").isEqualTo(Outcome.ok(0L));
        assertThat(cma.lent(0, cma.size())).isEqualTo(lent - expected);
    }

    @Test
    void shouldLendTheSameGranulesForTheSameSeed() {
        SimRegion one = add("reusable", true, "lodgers", 30, "pinned", 50, "seed", 3L);
        SimRegion two = add("reusable", true, "lodgers", 30, "pinned", 50, "seed", 3L, "sharebuf_region", "b", "base", "0x41000000");
        SimRegion other = add("reusable", true, "lodgers", 30, "pinned", 50, "seed", 4L, "sharebuf_region", "c", "base", "0x42000000");
        boolean differs = false;
        for (int g = 0; g < one.size() / PAGE; g++) {
            assertThat(two.lodgers().isLent(g)).isEqualTo(one.lodgers().isLent(g));
            assertThat(two.lodgers().isPinned(g)).isEqualTo(one.lodgers().isPinned(g));
            differs |= other.lodgers().isLent(g) != one.lodgers().isLent(g);
        }
        assertThat(differs).isTrue();
    }

    @Test
    void shouldLeaveEverythingWhereAPinnedLodgerStays() {
        SimRegion cma = add("reusable", true, "lodgers", 60, "pinned", 20, "seed", 5L);
        int pinned = 0;
        while (!cma.lodgers().isPinned(pinned)) {
            pinned++;
        }
        long before = cma.lent(0, cma.size());
        Outcome<Long> outcome = cma.vacate(0, (pinned + 1) * PAGE);
        assertThat(outcome.why()).hasValueSatisfying(r -> {
            assertThat(r.errno()).isEqualTo(Errno.EBUSY);
        });
        String place = "offset 0x" + Long.toHexString(pinned * PAGE);
        assertThat(outcome.why().orElseThrow().found()).contains(place);
        assertThat(cma.lent(0, cma.size())).isEqualTo(before);
        assertThat(cma.lodgers().pagesMoved()).isZero();
        assertThat(cma.lodgers().refused()).isEqualTo(1);
        assertThat(pinned == 0 || cma.vacate(0, pinned * PAGE).isOk()).isTrue();
    }

    @Test
    void shouldRefuseARangeThatIsNotItsOwn() {
        SimRegion cma = add();
        assertThat(cma.vacate(0, cma.size())).isEqualTo(Outcome.ok(0L));
        for (long[] range : new long[][] {{-4096, 4096}, {0, 0}, {1, 4096}, {0, 100}, {4096, cma.size()}, {4096, Long.MAX_VALUE - 4095}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> cma.vacate(range[0], range[1]));
        }
    }
}
