package sharebuf.mapops.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.RegionId;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Span;

class DirectMapOpsTest {
    private static final RegionId DRAM = new RegionId("dram");
    private static final UseId USE = UseId.parse("codec:capture");
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);

    private static MapRequest request(DmaConstraints dma, List<Piece> pieces) {
        return new MapRequest(new Device("codec", List.of(), "bus", dma), USE, dma, Access.WRITE, OBJECT, pieces);
    }

    private static Piece piece(long cpu, long size) {
        return new Piece(new Extent(DRAM, cpu, size), new Span(cpu, size));
    }

    /** The bus address of each byte, by the definition of dma-ranges. */
    private static long busOf(DmaConstraints dma, long cpu) {
        for (DmaRange range : dma.ranges()) {
            if (range.containsCpu(cpu) && Long.compareUnsigned(range.bus() + (cpu - range.cpu()), dma.mask()) <= 0) {
                return range.bus() + (cpu - range.cpu());
            }
        }
        return cpu;
    }

    @Test
    void theRaspberryPisBusIsShiftedAndSegmentsAreCut() {
        DmaConstraints dma = DmaConstraints.builder().range(new DmaRange(0xc000_0000L, 0, 1L << 30)).segments(new SegmentLimits(4, 0x3000, 0x4000)).build();
        FakeTable table = new FakeTable();
        // Two neighbours make one run of 0x6000 bytes: cut behind 0x3000 bytes and at the boundary 0xc0014000.
        new DirectMapOps().map(request(dma, List.of(piece(0x1_2000, 0x1000), piece(0x1_3000, 0x5000))), table);
        assertThat(table.entries.values()).extracting(e -> Long.toHexString(e.dma()) + "+" + Long.toHexString(e.size()) + " " + e.extent() + " " + e.offset())
                .containsExactly("c0012000+1000 dram[0x12000+0x1000] 0", "c0013000+1000 dram[0x13000+0x5000] 0", "c0014000+3000 dram[0x13000+0x5000] 4096",
                        "c0017000+1000 dram[0x13000+0x5000] 16384");
    }

    @Test
    void anEntryStaysInOneWindow() {
        DmaConstraints dma = DmaConstraints.builder().range(new DmaRange(0x1000, 0x1000, 0x1000)).range(new DmaRange(0x2000, 0x2000, 0x1000)).segments(SegmentLimits.CONTIGUOUS).build();
        FakeTable table = new FakeTable();
        new DirectMapOps().map(request(dma, List.of(piece(0x1800, 0x1000))), table);
        assertThat(table.entries.keySet()).containsExactly(0x1800L, 0x2000L);
    }

    @Test
    void aByteOutOfReachIsNamed() {
        DmaConstraints dma = DmaConstraints.builder().range(new DmaRange(0xc000_0000L, 0, 1L << 30)).build();
        FakeTable table = new FakeTable();
        assertThatThrownBy(() -> new DirectMapOps().map(request(dma, List.of(piece(0, 0x1000), piece((1L << 30) - 0x1000, 0x2000))), table))
                .hasMessageContaining("codec:capture").hasMessageContaining("0x3ffff000-0x40000fff").hasMessageContaining("0x0-0x3fffffff");
        assertThat(table.entries).isEmpty();
    }

    @Test
    void tooManySegmentsAreCounted() {
        DmaConstraints dma = DmaConstraints.builder().segments(SegmentLimits.CONTIGUOUS).build();
        FakeTable table = new FakeTable();
        assertThatThrownBy(() -> new DirectMapOps().map(request(dma, List.of(piece(0, 0x1000), piece(0x2000, 0x1000))), table))
                .hasMessageContaining("codec:capture").hasMessageContaining("needs 2 segments").hasMessageContaining("contiguous");
        assertThat(table.entries).isEmpty();
    }

    @Test
    void anIommuThatNobodyServesCountsAsNone() {
        DmaConstraints dma = DmaConstraints.builder().iommu(true).mask(0xffff_ffffL).build();
        MemoryConstraints seen = new DirectMapOps().through(new Device("codec", List.of(), "bus", dma), USE, dma);
        assertThat(seen).isEqualTo(MemoryConstraints.direct(USE, dma));
        assertThat(seen.reach().value().contains(new Span(1L << 32, 1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void eachByteIsEnteredOnceAndAnotherInstanceUnmaps(long seed) {
        Random random = new Random(seed);
        int mapped = 0;
        for (int round = 0; round < 3000; round++) {
            DmaConstraints dma = device(random);
            List<Piece> pieces = new ArrayList<>();
            for (int granule : random.ints(0, 24).distinct().limit(1 + random.nextInt(6)).toArray()) {
                pieces.add(piece(granule * 64L, 64));
            }
            MapRequest request = request(dma, pieces);
            FakeTable table = new FakeTable();
            boolean permitted = MemoryConstraints.direct(USE, dma).judge(request.spans()).isEmpty();
            if (!permitted) {
                assertThatThrownBy(() -> new DirectMapOps().map(request, table)).as("seed %d, round %d", seed, round).isInstanceOf(IllegalArgumentException.class);
                assertThat(table.entries).isEmpty();
                continue;
            }
            mapped++;
            new DirectMapOps().map(request, table);
            for (Piece piece : pieces) {
                for (long byteAt = 0; byteAt < piece.extent().size(); byteAt++) {
                    long dmaAt = busOf(dma, piece.span().base() + byteAt);
                    FakeTable.Entry entry = table.entries.floorEntry(dmaAt).getValue();
                    assertThat(entry.extent()).as("seed %d, round %d", seed, round).isEqualTo(piece.extent());
                    assertThat(entry.offset() + (dmaAt - entry.dma())).isEqualTo(byteAt);
                }
            }
            SegmentRule rule = new SegmentRule(USE, dma.segments(), dma.ranges());
            new DirectMapOps().unmap(new Mapped(request.device(), USE, Access.WRITE, OBJECT, rule.segments(request.spans())), table);
            assertThat(table.entries).isEmpty();
            assertThat(table.flushes).isEqualTo(1);
        }
        assertThat(mapped).isGreaterThan(100);
    }

    private static DmaConstraints device(Random random) {
        DmaConstraints.Builder dma = DmaConstraints.builder();
        if (random.nextBoolean()) {
            long cut = (1 + random.nextInt(23)) * 64L - random.nextInt(2) * 10;
            dma.range(new DmaRange(10_000, cut, 1536 - cut)).range(new DmaRange(random.nextBoolean() ? 10_000 + 1536 - cut : 64, 0, cut));
        }
        if (random.nextInt(4) == 0) {
            dma.mask(random.nextInt(1, 12_000));
        }
        return dma.segments(new SegmentLimits(1 + random.nextInt(12), random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(200), random.nextBoolean() ? 0 : 32L << random.nextInt(4))).build();
    }
}
