package sharebuf.mapops.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.RegionId;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Span;

/** One range a mapping, inside the device's limits, and free again after the invalidation only. */
class DomainTest {
    private static final long PAGE = Domain.PAGE;
    private static final UseId USE = UseId.parse("device");
    private static final RegionId RAM = new RegionId("ram");

    /** Entries of a domain, and what was done to them since the last invalidation. */
    private static final class Entries implements Table {
        private final TreeMap<Long, Long> entered = new TreeMap<>();
        private final List<Span> unflushed = new ArrayList<>();
        private int refuseAfter = Integer.MAX_VALUE;

        @Override
        public void enter(long dma, Extent extent, long offset, long size, Access access) {
            if (refuseAfter-- == 0) {
                throw new IllegalArgumentException("no more");
            }
            Map.Entry<Long, Long> before = entered.lowerEntry(dma + size);
            assertThat(before == null || before.getValue() <= dma).as("0x%x overlaps an entry", dma).isTrue();
            assertThat(unflushed).as("0x%x was not invalidated", dma).noneMatch(u -> u.base() < dma + size && dma < u.base() + u.size());
            entered.put(dma, dma + size);
        }

        @Override
        public void remove(long dma, long size) {
            for (long at = dma; at < dma + size;) {
                at = entered.remove(at);
            }
            unflushed.add(new Span(dma, size));
        }

        @Override
        public void opaque(String by) {
            throw new IllegalStateException(by);
        }

        @Override
        public void flush() {
            unflushed.clear();
        }
    }

    private static Domain domain(String size) {
        return Domain.of("pid", "0x10000", size, new String[] {"0x20000+64KiB"});
    }

    private static MapRequest request(DmaConstraints own, int id, long... sizes) {
        List<Piece> pieces = new ArrayList<>();
        long at = 0;
        for (long size : sizes) {
            pieces.add(new Piece(new Extent(RAM, at, size), new Span(0x8000_0000L + at, size)));
            at += size + PAGE;
        }
        return new MapRequest(new Device("device", List.of(), "space", own), USE, own, Access.READ, new ObjectId(new BufferId(id), 0), pieces);
    }

    private static Mapped mapped(MapRequest r, Entries table, long first) {
        List<SegmentRule.Segment> segments = new SegmentRule(USE, r.own().segments(), List.of()).segments(List.of(new Span(first, r.size())));
        return new Mapped(r.device(), USE, r.access(), r.object(), segments);
    }

    @Test
    void eachMappingIsOneRangeInsideTheLimitsOfItsDevice() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("DomainTest seed " + seed);
        Random random = new Random(seed);
        Domain domain = domain("64MiB");
        long all = domain.free();
        Entries table = new Entries();
        List<Mapped> live = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            if (random.nextInt(1 + live.size()) < 60) {
                long mask = random.nextInt(3) == 0 ? 0x10000 + random.nextLong(64 << 20) : 0xffff_ffffL;
                long boundary = random.nextInt(3) == 0 ? PAGE << random.nextInt(8) : 0;
                DmaConstraints own = DmaConstraints.builder().mask(mask).align(1L << random.nextInt(18)).segments(new SegmentLimits(1 << random.nextInt(12), Long.MAX_VALUE, boundary)).build();
                MapRequest request = request(own, i + 1, random.longs(1 + random.nextInt(4), 1, 64).map(n -> n * PAGE).toArray());
                TreeMap<Long, Long> before = new TreeMap<>(table.entered);
                try {
                    domain.map(request, table);
                } catch (RefusedException e) {
                    refused++;
                    assertThat(table.entered).isEqualTo(before);
                    continue;
                }
                table.entered.keySet().removeAll(before.keySet());
                long first = table.entered.firstKey();
                assertThat(table.entered.lastEntry().getValue() - first).as("seed %d, %d: one range", seed, i).isEqualTo(request.size());
                assertThat(first % own.align()).as("seed %d, %d", seed, i).isZero();
                assertThat(first + request.size() - 1).as("seed %d, %d", seed, i).isLessThanOrEqualTo(mask);
                assertThat(first + request.size() <= 0x20000 || first >= 0x30000).as("seed %d, %d: reserved", seed, i).isTrue();
                if (boundary != 0 && request.size() <= boundary) {
                    assertThat(first / boundary).as("seed %d, %d", seed, i).isEqualTo((first + request.size() - 1) / boundary);
                }
                table.entered.putAll(before);
                live.add(mapped(request, table, first));
            } else {
                Mapped gone = live.remove(random.nextInt(live.size()));
                domain.unmap(gone, table);
                assertThat(table.unflushed).isEmpty();
            }
            if (i % 10_000 == 9_999) { // a successor knows the same
                Domain successor = domain("64MiB");
                successor.adopt(live);
                long used = live.stream().flatMap(m -> m.segments().stream()).mapToLong(SegmentRule.Segment::size).sum();
                assertThat(successor.free()).as("without what was rounded up").isEqualTo(all - used).isGreaterThanOrEqualTo(domain.free());
                domain = successor;
            }
        }
        assertThat(refused).as("both outcomes are met").isPositive();
        for (Mapped each : live) {
            domain.unmap(each, table);
        }
        assertThat(table.entered).isEmpty();
        assertThat(domain.free()).isEqualTo(all);
    }

    @Test
    void memoryMayLieAnywhereInWholePages() {
        DmaConstraints own = DmaConstraints.builder().align(64 << 10).mask(0xffff_ffffL).segments(SegmentLimits.CONTIGUOUS).build();
        MemoryConstraints seen = domain("1MiB").through(USE, own);
        assertThat(seen.contiguous()).isFalse();
        assertThat(seen.align().value()).isEqualTo(PAGE);
        assertThat(seen.judge(List.of(new Span(1L << 40, PAGE), new Span(PAGE, PAGE)))).isEmpty();
        assertThatThrownBy(() -> domain("1MiB").map(request(own, 1, 96), new Entries())).isInstanceOf(RefusedException.class).hasMessageContaining("whole pages of 4096 bytes");
    }

    @Test
    void whatFailsHalfWayLeavesItsAddressesFree() {
        Domain domain = domain("1MiB");
        long all = domain.free();
        Entries table = new Entries();
        table.refuseAfter = 1;
        assertThatIllegalArgumentException().isThrownBy(() -> domain.map(request(DmaConstraints.builder().build(), 1, PAGE, PAGE), table));
        assertThat(domain.free()).isEqualTo(all);
    }

    @Test
    void exhaustionSaysWhatThereIs() {
        Domain domain = domain("128KiB");
        assertThatThrownBy(() -> domain.map(request(DmaConstraints.builder().mask(0xffff_ffffL).build(), 1, 128 << 10), new Entries())).isInstanceOf(RefusedException.class)
                .hasMessageContaining("ENOMEM: device: addresses: found 65536 of 131072 addresses of the domain are free, at most 65536 in one range, needed 131072 in one range");
    }

    @ParameterizedTest
    @CsvSource({"0, 1MiB, 0x20000+4KiB", "0x10000, 0, 0x20000+4KiB", "0x10001, 1MiB, 0x20000+4KiB", "0x10000, 16TiB, 0x20000+4KiB", "0x10000, 1MiB, 0x20000", "0x10000, 1MiB, 0x200000+4KiB",
        "0x10000, 1MiB, 0x20000+100", "x, 1MiB, 0x20000+4KiB"})
    void whatIsWrongInAConfigurationIsNamed(String base, String size, String reserved) {
        assertThatIllegalArgumentException().isThrownBy(() -> Domain.of("pid", base, size, new String[] {reserved})).withMessageContaining("pid: ");
    }
}
