package sharebuf.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Windows;
import sharebuf.node.DeviceException;

/** Pools and heaps: bytes and descriptors are the kernel's, dma-heap and udmabuf are played. */
class MemoryTest {
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);
    private static final long SIZE = 1 << 20;

    @TempDir
    Path root;
    private FakeKernel kernel;
    private LinuxPlatform platform;
    private long page;
    private long before;

    @BeforeEach
    void platform() throws IOException {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        kernel = new FakeKernel(Libc.find().get());
        page = kernel.page();
        before = openDescriptors();
        platform = new LinuxPlatform(kernel, new Machine(root));
    }

    @AfterEach
    void everythingWasClosed() throws IOException {
        platform.close();
        assertThat(platform.descriptors().count()).isZero();
        assertThat(platform.descriptors().stolen()).isEmpty();
        assertThat(openDescriptors()).isEqualTo(before);
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private Extent pooled(PoolRegion pool, long fromPage, long pages) {
        return new Extent(pool.id(), fromPage * page, pages * page);
    }

    private Extent granted(HeapRegion heap, long size) {
        return new Extent(heap.id(), heap.grant(size).orThrow(), size);
    }

    @Test
    void exchangedObjectsTakeTheirDescriptorsAndTheirMemoryAlong() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", SIZE);
        ObjectId other = new ObjectId(new BufferId(OBJECT.buffer().number() + 1), 0);
        List<Extent> first = List.of(pooled(pool, 0, 1));
        List<Extent> second = List.of(pooled(pool, 4, 1));
        platform.export(OBJECT, first, page);
        platform.export(other, second, page);
        int descriptor = platform.dmaBufs().handle(OBJECT, "camera").number();
        platform.exchange(OBJECT, other);
        assertThat(platform.dmaBufs().handle(other, "camera").number()).as("the same dma-buf under its new name").isEqualTo(descriptor);
        int fresh = platform.dmaBufs().handle(OBJECT, "camera").number();
        assertThat(fresh).isNotEqualTo(descriptor);
        assertThat(kernel.udmabufs.getLast().getFirst().offset()).isEqualTo(4 * page);
        platform.withdraw(other);
        assertThat(platform.dmaBufs().handle(OBJECT, "camera").number()).isEqualTo(fresh);
        assertThatThrownBy(() -> platform.exchange(OBJECT, other)).isInstanceOf(IllegalArgumentException.class);
        platform.withdraw(OBJECT);
    }

    @Test
    void aPoolIsPlacedWithoutKnownAddresses() throws CallFailed {
        PoolRegion pool = platform.addPool("pool", SIZE);
        assertThat(pool.kind()).isEqualTo(RegionKind.PLACED);
        assertThat(pool.addressesKnown()).isFalse();
        assertThat(pool.within()).isEqualTo(Windows.ALL);
        assertThat(pool.granule()).isEqualTo(page);
        assertThat(platform.real()).containsExactly("memory pool");
    }

    @Test
    void memoryLiesWhereTheMachineHasRam() throws IOException, CallFailed {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/iomem"), "00001000-0009fbff : System RAM\n");
        assertThat(platform.addPool("pool", SIZE).within()).isEqualTo(new Windows(List.of(new Windows.Window(0x1000, 0x9fbff))));
    }

    @Test
    void scatteredExtentsAreOneViewAndOneListOfRanges() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", SIZE);
        List<Extent> extents = List.of(pooled(pool, 4, 1), pooled(pool, 5, 1), pooled(pool, 0, 2));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment view = platform.view(extents, arena);
            assertThat(view.byteSize()).isEqualTo(4 * page);
            view.set(ValueLayout.JAVA_BYTE, 2 * page, (byte) 5);
            assertThat(platform.view(List.of(pooled(pool, 0, 1)), arena).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 5);
            platform.zero(extents);
            assertThat(view.mismatch(arena.allocate(4 * page))).isEqualTo(-1);
        }
        platform.export(OBJECT, extents, 4 * page);
        int memfd = platform.dmaBufs().handle(OBJECT, "camera").number();
        assertThat(platform.dmaBufs().handle(OBJECT, "display").number()).as("the handle is stable").isEqualTo(memfd);
        assertThat(kernel.udmabufs).singleElement().satisfies(made -> assertThat(made).extracting(FakeKernel.Made::offset, FakeKernel.Made::size)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(4 * page, 2 * page), org.assertj.core.groups.Tuple.tuple(0L, 2 * page)));
    }

    @Test
    void aDmaBufIsMadeWhenItIsAskedForAndEndsWithItsObject() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", SIZE);
        platform.export(OBJECT, List.of(pooled(pool, 0, 2)), 2 * page);
        platform.beginCpuAccess(OBJECT, Access.WRITE);
        assertThat(kernel.udmabufs).isEmpty();
        assertThat(kernel.syncs).as("no device has the bytes").isEmpty();
        int fd = platform.dmaBufs().handle(OBJECT, "camera").number();
        assertThat(kernel.syncs).as("START of write, which began before").containsExactly(2L);
        platform.beginCpuAccess(OBJECT, Access.READ);
        platform.endCpuAccess(OBJECT, Access.READ);
        platform.endCpuAccess(OBJECT, Access.WRITE);
        assertThat(kernel.syncs).as("START of read is 1, END of read 5, END of write 6").containsExactly(2L, 1L, 5L, 6L);
        platform.withdraw(OBJECT);
        assertThat(kernel.identity(fd)).isEmpty();
        assertThatThrownBy(() -> platform.dmaBufs().handle(OBJECT, "camera")).isInstanceOfSatisfying(DeviceException.class,
                e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void aDmaBufThatSomebodyElseClosedIsNamedAndNothingOfOthersIsTouched() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", SIZE);
        platform.export(OBJECT, List.of(pooled(pool, 0, 2)), 2 * page);
        int fd = platform.dmaBufs().handle(OBJECT, "camera").number();
        kernel.real.close(fd);
        int foreign = kernel.real.memfd("foreign", 0);
        assertThat(foreign).isEqualTo(fd);
        assertThatThrownBy(() -> platform.dmaBufs().handle(OBJECT, "camera")).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.EBADF);
            assertThat(e).hasMessageContainingAll("udmabuf of " + OBJECT, "closed by somebody else");
        });
        platform.withdraw(OBJECT);
        assertThat(kernel.real.identity(foreign)).as("still open").isPresent();
        assertThat(platform.descriptors().stolen()).hasSize(1);
        kernel.real.close(foreign);
        platform.close();
        platform = new LinuxPlatform(kernel, new Machine(root)); // what was stolen is told; that of the other tests must be nothing
    }

    @Test
    void whatUdmabufRefusesIsToldWithItsLimits() throws CallFailed, IOException {
        Files.createDirectories(root.resolve("sys/module/udmabuf/parameters"));
        Files.writeString(root.resolve("sys/module/udmabuf/parameters/size_limit_mb"), "64\n");
        PoolRegion pool = platform.addPool("pool", SIZE);
        platform.export(OBJECT, List.of(pooled(pool, 0, 2)), 2 * page);
        kernel.udmabufErrno = 22;
        assertThatThrownBy(() -> platform.dmaBufs().handle(OBJECT, "camera")).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            assertThat(e).hasMessageContainingAll("camera", "UDMABUF_CREATE", "64 MiB");
        });
        kernel.udmabufErrno = 77;
        assertThatThrownBy(() -> platform.dmaBufs().handle(OBJECT, "camera")).hasMessageContaining("errno 77");
    }

    @Test
    void aGrantIsADmaBufOfItsOwn() throws CallFailed, DeviceException {
        HeapRegion heap = platform.addHeap("heap", "/dev/dma_heap/system", SIZE, false);
        kernel.interrupts = 2;
        Extent one = granted(heap, 2 * page);
        Extent two = granted(heap, page);
        assertThat(one.end()).as("extents do not overlap").isLessThanOrEqualTo(two.offset());
        platform.zero(List.of(one));
        platform.export(OBJECT, List.of(one), one.size());
        int fd = platform.dmaBufs().handle(OBJECT, "camera").number();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment view = platform.view(List.of(one), arena);
            view.fill((byte) 3);
            platform.zero(List.of(one));
            assertThat(view.mismatch(arena.allocate(one.size()))).as("what was touched is zeroed").isEqualTo(-1);
        }
        platform.withdraw(OBJECT);
        assertThat(kernel.identity(fd)).as("the grant lives on").isPresent();
        heap.ungrant(one);
        assertThat(kernel.identity(fd)).isEmpty();
        assertThat(granted(heap, 2 * page)).as("its number is free again").isEqualTo(one);
    }

    @Test
    void severalGrantsCannotBecomeOneDmaBuf() throws CallFailed {
        HeapRegion heap = platform.addHeap("heap", "/dev/dma_heap/system", SIZE, false);
        List<Extent> two = List.of(granted(heap, page), granted(heap, page));
        assertThatThrownBy(() -> platform.export(OBJECT, two, 2 * page)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cannot become one");
    }

    @Test
    void aHeapIsBoundedHereAndPassesTheKernelsErrnoOn() throws CallFailed {
        HeapRegion heap = platform.addHeap("heap", "/dev/dma_heap/system", 4 * page, false);
        Extent most = granted(heap, 3 * page);
        assertThat(heap.grant(2 * page).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
            assertThat(why.found()).contains(Long.toString(3 * page), Long.toString(4 * page));
            assertThat(why.fix()).contains("heap");
        });
        heap.ungrant(most);
        kernel.heapErrno = 12;
        assertThat(heap.grant(page).why().orElseThrow().found()).contains("ENOMEM");
        kernel.heapErrno = 0;
        assertThat(heap.grant(4 * page).isOk()).as("a refusal takes nothing").isTrue();
    }

    @Test
    void numbersOfGrantsNeverOverlapWhateverIsGivenBack() throws CallFailed {
        long seed = 20261124;
        java.util.Random random = new java.util.Random(seed);
        HeapRegion heap = platform.addHeap("heap", "/dev/dma_heap/system", 64 * page, false);
        List<Extent> live = new java.util.ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            long size = (1 + random.nextInt(8)) * page;
            long used = live.stream().mapToLong(Extent::size).sum();
            if (used + size <= 64 * page) {
                Extent made = granted(heap, size);
                assertThat(live).as("seed " + seed).noneMatch(e -> e.offset() < made.end() && made.offset() < e.end());
                live.add(made);
            } else {
                assertThat(heap.grant(size).isOk()).as("seed " + seed).isFalse();
                heap.ungrant(live.remove(random.nextInt(live.size())));
            }
        }
    }

    @Test
    void nothingIsLeftAfterManyCycles() throws CallFailed, DeviceException, IOException {
        PoolRegion pool = platform.addPool("pool", SIZE);
        HeapRegion heap = platform.addHeap("heap", "/dev/dma_heap/system", SIZE, false);
        platform.export(OBJECT, List.of(pooled(pool, 0, 1)), page);
        platform.dmaBufs().handle(OBJECT, "camera");
        platform.withdraw(OBJECT);
        long steady = openDescriptors();
        for (int i = 0; i < 2_000; i++) {
            Extent grant = granted(heap, page);
            ObjectId other = new ObjectId(new BufferId(2), 0);
            platform.export(OBJECT, List.of(pooled(pool, i % 16, 1)), page);
            platform.export(other, List.of(grant), page);
            platform.dmaBufs().handle(OBJECT, "camera");
            platform.dmaBufs().handle(other, "camera");
            platform.withdraw(OBJECT);
            platform.withdraw(other);
            heap.ungrant(grant);
        }
        assertThat(openDescriptors()).isEqualTo(steady);
    }

    @Test
    void anAddressCannotBeEntered() throws CallFailed {
        Extent extent = pooled(platform.addPool("pool", SIZE), 0, 1);
        assertThatThrownBy(() -> platform.enter("camera", OBJECT, 0, 0x1000, extent, 0, page, Access.READ)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("camera", "0x1000", "mapops.kernel");
    }
}
