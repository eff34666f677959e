package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;
import sharebuf.pagetables.PageTables;
import sharebuf.sim.Faults.Stopped;

/** Page tables and IOTLBs against a map of pages. */
class IommuTest {
    private static final long PAGE = PageTables.PAGE;
    private static final int OPERATIONS = 1_000_000;
    private static final int PAGES = 4096;
    private static final int RANDOM_ADDRESSES = 10_000;

    private record Range(long iova, int pages, Access access, boolean live) {
    }

    /** What an obvious model says of an address: the CPU page and the rights. */
    private record Target(long cpu, Access access) {
    }

    @Test
    void everyAddressLeadsWhereTheModelSays() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("IommuTest seed " + seed);
        Random random = new Random(seed);
        Iommu domain = new Iommu();
        List<Stopped> stopped = new ArrayList<>();
        try (Dram dram = new Dram(Backing.create()); Arena arena = Arena.ofConfined()) {
            dram.add(new Span(0x4000_0000L, PAGES * PAGE));
            MemorySegment number = arena.allocate(8, 8);
            for (int i = 0; i < PAGES; i++) { // each page has its own number in its first and last bytes
                number.set(ValueLayout.JAVA_LONG, 0, i);
                dram.write(0x4000_0000L + i * PAGE, number, 0, 8);
                dram.write(0x4000_0000L + i * PAGE + PAGE - 8, number, 0, 8);
            }
            DmaEngine engine = new DmaEngine("device", Wiring.of(DmaConstraints.builder().build()), Optional.of(domain), new AtomicReference<>(), dram, stopped::add);
            TreeMap<Long, Range> ranges = new TreeMap<>();
            List<Long> starts = new ArrayList<>();
            Map<Long, Target> model = new HashMap<>();
            List<Range> gone = new ArrayList<>();
            for (int i = 0; i < OPERATIONS; i++) {
                int what = random.nextInt(10);
                String at = "seed " + seed + ", operation " + i;
                if (what == 0 && starts.size() < 400) {
                    int align = new int[] {1, 1, 16, 512}[random.nextInt(4)]; // so that pages of each size are made
                    int pages = align + random.nextInt(16);
                    long iova = random.nextLong(1, 1 << random.nextInt(14, 27)) / align * align * PAGE + align * PAGE;
                    Map.Entry<Long, Range> before = ranges.lowerEntry(iova + pages * PAGE);
                    boolean free = before == null || before.getKey() + before.getValue().pages() * PAGE <= iova;
                    Access access = Access.values()[random.nextInt(Access.values().length)];
                    long cpu = 0x4000_0000L + random.nextInt(PAGES - pages) / align * align * PAGE;
                    try {
                        domain.map(iova, cpu, pages * PAGE, access);
                        assertThat(free).as(at).isTrue();
                        ranges.put(iova, new Range(iova, pages, access, true));
                        starts.add(iova);
                        for (int p = 0; p < pages; p++) {
                            model.put(iova + p * PAGE, new Target(cpu + p * PAGE, access));
                        }
                    } catch (IllegalArgumentException e) {
                        assertThat(free).as(at + ": " + e.getMessage()).isFalse();
                    }
                } else if (what == 1 && starts.size() > 100) {
                    int which = random.nextInt(starts.size());
                    Range range = ranges.remove(starts.set(which, starts.getLast()));
                    starts.removeLast();
                    domain.unmap(range.iova(), range.pages() * PAGE);
                    for (int p = 0; p < range.pages(); p++) {
                        model.remove(range.iova() + p * PAGE);
                    }
                    engine.invalidate();
                    gone.add(range);
                } else if (!starts.isEmpty()) {
                    Range range = ranges.get(starts.get(random.nextInt(starts.size())));
                    long page = range.iova() + random.nextInt(-1, range.pages() + 1) * PAGE; // also one before and one behind
                    boolean first = random.nextBoolean();
                    Target target = model.get(page);
                    stopped.clear();
                    boolean read = engine.send(page + (first ? 0 : PAGE - 8), number, 0, 8, false);
                    assertThat(read).as(at).isEqualTo(target != null && target.access().reads());
                    if (read) {
                        assertThat(number.get(ValueLayout.JAVA_LONG, 0)).as(at).isEqualTo((target.cpu() - 0x4000_0000L) / PAGE);
                    } else {
                        assertThat(stopped).as(at).hasSize(1);
                    }
                }
            }
            assertThat(domain.pages()).as("seed %d", seed).isEqualTo(model.size());
            assertThat(gone).hasSizeGreaterThan(1000);
            for (Range range : gone) {
                for (long edge : new long[] {range.iova(), range.iova() + range.pages() * PAGE - 1}) {
                    assertThat(engine.send(edge, number, 0, 1, false)).as("seed %d, edge 0x%x", seed, edge).isEqualTo(model.containsKey(edge & -PAGE) && model.get(edge & -PAGE).access().reads());
                }
            }
            starts.forEach(start -> domain.unmap(start, ranges.get(start).pages() * PAGE));
            engine.invalidate();
            stopped.clear();
            for (int i = 0; i < RANDOM_ADDRESSES; i++) {
                assertThat(engine.send(i % 2 == 0 ? random.nextLong(PageTables.END) : random.nextLong(1L << 32), number, 0, 1, random.nextBoolean())).isFalse();
            }
            assertThat(stopped).hasSize(RANDOM_ADDRESSES).allSatisfy(s -> assertThat(s.message()).contains("IOMMU fault: no translation"));
            assertThat(domain.pages()).isZero();
        }
    }

    @Test
    void aMissingInvalidationIsSeenAndADomainIsSharedByItsDevices() {
        try (Board board = new Board()) {
            for (String name : List.of("one", "two")) {
                board.device(Map.of("sharebuf_device", name, "role", "capture", "iommu", true, "sharebuf_addressSpace", "shared"));
            }
            Extent low = new Extent(Board.RAM, 0, 2 * PAGE);
            ObjectId object = board.export(List.of(low, new Extent(Board.RAM, 10 * PAGE, PAGE)));
            board.soc.enter("one", object, 0, 0x1_0000, low, 0, 2 * PAGE, Access.READ);
            assertThat(board.soc.send("one", 0x1_0000, 8192, false)).isEmpty();
            assertThat(board.soc.send("two", 0x1_0000, 8192, false)).as("the domain is both devices'").isEmpty();
            assertThat(board.soc.send("two", 0x1_0000, 1, true).orElseThrow().message()).isEqualTo(
                    "two: write of 1 bytes at IOVA 0x10000 stopped, IOMMU fault: no right to write; real hardware would have reported the same");
            assertThat(board.soc.send("one", 0x1_2000, 1, false).orElseThrow().message()).contains("one: read of 1 bytes at IOVA 0x12000", "no translation");
            board.soc.remove("one", object, 0x1_0000, 2 * PAGE);
            for (String name : List.of("one", "two")) {
                assertThat(board.soc.send(name, 0x1_0000, 1, false).orElseThrow().message()).contains(name, "the IOTLB still leads to CPU address 0x0",
                        "an invalidation is missing", "real hardware would have read there");
            }
            board.soc.flush("one");
            for (String name : List.of("one", "two")) {
                assertThat(board.soc.send(name, 0x1_0000, 1, false).orElseThrow().message()).contains("no translation");
            }
        }
    }

    @Test
    void manyPiecesAreEnteredAllOrNone() {
        try (Board board = new Board()) {
            board.device(Map.of("sharebuf_device", "one", "role", "capture", "iommu", true, "sharebuf_addressSpace", "shared"));
            board.device(Map.of("sharebuf_device", "wired", "role", "capture"));
            List<Extent> pieces = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                pieces.add(new Extent(Board.RAM, (2L * (600 - i)) * PAGE, PAGE));
            }
            ObjectId object = board.export(pieces);
            board.soc.enterAll("one", object, 0, 0x1f_f000, pieces, Access.READ);
            assertThat(board.soc.send("one", 0x1f_f000, 600 * (int) PAGE, false)).isEmpty();
            assertThat(board.soc.send("one", 0x1f_f000 + 600 * PAGE, 1, false)).isPresent();
            assertThatIllegalArgumentException().isThrownBy(() -> board.soc.enterAll("one", object, 0, 0x20_0000, pieces, Access.READ)).withMessageContaining("already");
            board.soc.remove("one", object, 0x1f_f000, 600 * PAGE);
            board.soc.flush("one");
            assertThat(board.soc.send("one", 0x1f_f000, 1, false)).isPresent();
            // Without an IOMMU the second piece does not lie behind the first.
            assertThatIllegalArgumentException().isThrownBy(() -> board.soc.enterAll("wired", object, 0, 1200 * PAGE, pieces, Access.READ)).withMessageContaining("wiring leads to");
            assertThat(board.soc.send("wired", 1200 * PAGE, 1, false)).as("nor is the first entered any more").isPresent();
        }
    }

    @Test
    void onlyWholePagesThatLeadNowhereAreMapped() {
        Iommu domain = new Iommu();
        domain.map(0x1000, 0x5000, 0x2000, Access.READ_WRITE);
        for (long[] wrong : new long[][] {{0x800, 0x5000, 0x1000}, {0x8000, 0x5800, 0x1000}, {0x8000, 0x5000, 0x800}, {0x8000, 0x5000, 0}, {-0x1000, 0x5000, 0x1000},
            {PageTables.END - 0x1000, 0x5000, 0x2000}, {0x2000, 0x9000, 0x1000}, {0, 0x9000, 0x2000}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> domain.map(wrong[0], wrong[1], wrong[2], Access.READ));
        }
        assertThat(domain.pages()).isEqualTo(2);
        assertThat(domain.walk(0)).isEqualTo(PageTables.NONE);
        domain.map(PageTables.END - 0x1000, 0x5000, 0x1000, Access.WRITE);
        assertThat(PageTables.cpu(domain.walk(PageTables.END - 1), PageTables.END - 1)).isEqualTo(0x5fff);
        assertThat(PageTables.permits(domain.walk(PageTables.END - 1), false)).isFalse();
    }
}
