package sharebuf.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What names, the device tree and CmaFree tell of a heap, on a folder that plays a machine. */
class HeapsTest {
    private static final String RESERVED = "proc/device-tree/reserved-memory";

    @TempDir
    Path root;
    private Machine machine;

    @BeforeEach
    void machine() {
        machine = new Machine(root);
    }

    private void file(String path, byte[] bytes) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static byte[] cells(int... cells) {
        ByteBuffer bytes = ByteBuffer.allocate(cells.length * 4);
        for (int c : cells) {
            bytes.putInt(c);
        }
        return bytes.array();
    }

    private void region(String node, boolean reusable, String compatible, int... reg) throws IOException {
        file(RESERVED + "/#address-cells", cells(2));
        file(RESERVED + "/#size-cells", cells(1));
        file(RESERVED + "/" + node + "/compatible", (compatible + "\0").getBytes());
        if (reusable) {
            file(RESERVED + "/" + node + "/reusable", new byte[0]);
        }
        if (reg.length > 0) {
            file(RESERVED + "/" + node + "/reg", cells(reg));
        }
    }

    @ParameterizedTest
    @CsvSource({"system, false", "default_cma_region, true", "reserved, true", "'linux,cma', true", "default-pool, true"})
    void documentedNamesTell(String name, boolean contiguous) {
        assertThat(Heaps.facts(machine, "/dev/dma_heap/" + name).contiguous()).contains(contiguous);
    }

    @Test
    void anotherNameTellsNothing() {
        HeapFacts facts = Heaps.facts(machine, "/dev/dma_heap/vendor-secure");
        assertThat(facts.contiguous()).isEmpty();
        assertThat(facts.place()).isEmpty();
        assertThat(facts.because()).contains("none of the documented");
    }

    @Test
    void theHeapOfAReusableRegionBearsTheNameOfItsNode() throws IOException {
        region("camera@150000000", true, "shared-dma-pool", 1, 0x5000_0000, 0x0400_0000);
        HeapFacts facts = Heaps.facts(machine, "/dev/dma_heap/camera@150000000");
        assertThat(facts.contiguous()).contains(true);
        assertThat(facts.place()).contains(new Machine.Range(0x1_5000_0000L, 0x1_53ff_ffffL));
    }

    @Test
    void aRegionThatIsNotReusableOrNotForDmaMakesNoHeap() throws IOException {
        region("a", false, "shared-dma-pool", 0, 0x1000, 0x1000);
        region("b", true, "ramoops", 0, 0x1000, 0x1000);
        assertThat(Heaps.facts(machine, "a").contiguous()).isEmpty();
        assertThat(Heaps.facts(machine, "b").contiguous()).isEmpty();
    }

    @Test
    void theDefaultRegionIsWhereItsNodeSays() throws IOException {
        region("pool@80000000", true, "shared-dma-pool", 0, 0x8000_0000, 0x1000_0000);
        file(RESERVED + "/pool@80000000/linux,cma-default", new byte[0]);
        assertThat(Heaps.facts(machine, "default_cma_region").place()).contains(new Machine.Range(0x8000_0000L, 0x8fff_ffffL));
    }

    @Test
    void aPlaceThatCannotBeReadIsUnknown() throws IOException {
        region("dynamic", true, "shared-dma-pool");
        region("torn", true, "shared-dma-pool", 0, 0x1000);
        region("empty", true, "shared-dma-pool", 0, 0x1000, 0);
        region("over", true, "shared-dma-pool", -1, -1, 0x1000);
        for (String name : new String[] {"dynamic", "torn", "empty", "over"}) {
            assertThat(Heaps.facts(machine, name).contiguous()).as(name).contains(true);
            assertThat(Heaps.facts(machine, name).place()).as(name).isEmpty();
        }
        file(RESERVED + "/#size-cells", cells(7));
        region("x", true, "shared-dma-pool", 0, 0x1000, 0x1000);
        file(RESERVED + "/#size-cells", cells(7));
        assertThat(Heaps.facts(machine, "x").place()).isEmpty();
    }

    /** A heap whose allocations leave so many KiB of CMA free, one after another. */
    private Optional<Boolean> tried(long beforeKiB, long... duringKiB) throws IOException {
        meminfo(beforeKiB);
        int[] calls = {0};
        Descriptors descriptors = new Descriptors((Libc) Proxy.newProxyInstance(Libc.class.getClassLoader(), new Class<?>[] {Libc.class}, (p, m, a) -> {
            if (m.getName().equals("identity")) {
                return Optional.of(new Libc.FileId(1, (int) a[0]));
            }
            meminfo(beforeKiB); // the only other call is close
            return 0;
        }));
        return Heaps.fromCma(machine, bytes -> {
            assertThat(bytes).isEqualTo(4 << 20);
            if (duringKiB[calls[0]] < 0) {
                throw new CallFailed("heap", 12);
            }
            meminfo(duringKiB[calls[0]++]);
            return descriptors.adopt(100, "dma-buf");
        });
    }

    private void meminfo(long kib) {
        try {
            file("proc/meminfo", ("MemFree:          123456 kB\nCmaTotal:          65536 kB\nCmaFree:          " + kib + " kB\n").getBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatMakesCmaFreeFallEachTimeIsOfTheContiguousAllocator() throws IOException {
        assertThat(tried(60_000, 60_000 - 4096, 60_000 - 4096)).contains(true);
        assertThat(tried(60_000, 60_000 - 4000, 60_000 - 4200)).as("counters are late").contains(true);
        assertThat(tried(60_000, 60_000, 60_000 - 64)).contains(false);
        assertThat(tried(60_000, 60_000 - 4096, 60_000)).as("somebody else").isEmpty();
        assertThat(tried(60_000, -1)).as("refused").isEmpty();
        assertThat(tried(1000, 0, 0)).as("too little to tell").isEmpty();
    }

    @Test
    void withoutAContiguousAllocatorNothingIsTried() throws IOException {
        file("proc/meminfo", "MemFree: 1 kB\n".getBytes());
        assertThat(Heaps.fromCma(machine, bytes -> {
            throw new AssertionError("nothing to see");
        })).isEmpty();
    }
}
