package sharebuf.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Libc;
import sharebuf.linux.Libc.FileId;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.node.DeviceException;

/** Grants and udmabufs that are given out again: to one at a time, within their bounds, never while somebody outside has them. */
class RecyclingTest {
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);
    private static final ObjectId OTHER = new ObjectId(new BufferId(2), 0);
    private static final int ENOMEM = 12;
    private static final int EMFILE = 24;

    @TempDir
    Path root;
    private References references;
    private FakeKernel kernel;
    private LinuxPlatform platform;
    private long page;
    private long before;

    @BeforeEach
    void platform() throws IOException {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        references = new References(root);
        kernel = new FakeKernel(Libc.find().get(), references);
        page = kernel.page();
        before = openDescriptors();
        platform = new LinuxPlatform(kernel, new Machine(root));
    }

    @AfterEach
    void everythingWasClosedOnce() throws IOException {
        platform.close();
        assertThat(platform.descriptors().count()).isZero();
        assertThat(platform.descriptors().stolen()).isEmpty();
        assertThat(openDescriptors()).isEqualTo(before);
        assertThat(references.descriptors()).isZero();
        assertThat(references.mappings()).isZero();
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private HeapRegion heap(long pages, long recycled) throws CallFailed {
        return platform.addHeap("heap", "/dev/dma_heap/system", pages * page, Optional.of(false), recycled * page);
    }

    private Extent granted(HeapRegion heap, long pages, long owner) {
        return new Extent(heap.id(), heap.grant(pages * page, owner).orThrow(), pages * page);
    }

    private FileId file(HeapRegion heap, Extent extent) {
        return heap.dmaBuf(extent).orElseThrow().identity().orElseThrow();
    }

    private void fill(Extent extent, int value) {
        try (Arena arena = Arena.ofConfined()) {
            platform.view(List.of(extent), arena).fill((byte) value);
        }
    }

    private void assertReads(Extent extent, int value) {
        try (Arena arena = Arena.ofConfined()) {
            assertThat(platform.view(List.of(extent), arena).mismatch(arena.allocate(extent.size()).fill((byte) value))).isEqualTo(-1);
        }
    }

    @Test
    void aGrantIsGivenOutAgainUnderItsNumberAsItWasLeft() throws CallFailed {
        HeapRegion heap = heap(16, 16);
        Extent first = granted(heap, 2, 1);
        FileId file = file(heap, first);
        fill(first, 7);
        heap.ungrant(first);
        Extent again = granted(heap, 2, 1);
        assertThat(again).isEqualTo(first);
        assertThat(file(heap, again)).isEqualTo(file);
        assertThat(kernel.allocations).isEqualTo(1);
        assertReads(again, 7);
        platform.zero(List.of(again));
        assertReads(again, 0);
        assertThat(references.mappings()).as("one mapping for all of it").isEqualTo(1);
    }

    @Test
    void whatNobodyTouchedIsStillKnownToReadZero() throws CallFailed {
        HeapRegion heap = heap(16, 16);
        heap.ungrant(granted(heap, 2, 1));
        Extent again = granted(heap, 2, 2);
        platform.zero(List.of(again));
        assertThat(references.mappings()).as("nothing had to be written").isZero();
        fill(again, 3);
        platform.zero(List.of(again));
        assertReads(again, 0);
    }

    @Test
    void twoOwnersNeverHaveOneDmaBuf() throws CallFailed {
        HeapRegion heap = heap(64, 64);
        long seed = 20261127;
        java.util.Random random = new java.util.Random(seed);
        List<Extent> live = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            if (random.nextBoolean() && live.size() < 12) {
                Extent made = granted(heap, 1 + random.nextInt(4), random.nextInt(3));
                assertThat(live).as("seed " + seed).noneMatch(e -> e.offset() < made.end() && made.offset() < e.end());
                assertThat(live.stream().map(e -> file(heap, e))).as("seed " + seed).doesNotContain(file(heap, made));
                live.add(made);
            } else if (!live.isEmpty()) {
                heap.ungrant(live.remove(random.nextInt(live.size())));
            }
        }
        assertThat(kernel.allocations).as("most were used again").isLessThan(100);
    }

    @Test
    void theOwnersOwnComesFirst() throws CallFailed {
        HeapRegion heap = heap(16, 16);
        Extent mine = granted(heap, 2, 1);
        Extent yours = granted(heap, 2, 2);
        heap.ungrant(mine);
        heap.ungrant(yours);
        assertThat(granted(heap, 2, 1)).isEqualTo(mine);
        assertThat(granted(heap, 2, 3)).as("what is left is anybody's").isEqualTo(yours);
    }

    @Test
    void whatIsKeptCountsAgainstTheLimitOfTheRegion() throws CallFailed {
        HeapRegion heap = heap(8, 8);
        heap.ungrant(granted(heap, 3, 1));
        heap.ungrant(granted(heap, 4, 1));
        assertThat(references.descriptors()).isEqualTo(2);
        granted(heap, 5, 1);
        assertThat(references.descriptors()).as("3 + 4 + 5 pages are more than 8").isEqualTo(1);
        assertThat(heap.grant(4 * page, 1).why().orElseThrow().errno()).isEqualTo(Errno.ENOMEM);
    }

    @Test
    void noMoreIsKeptThanConfigured() throws CallFailed {
        HeapRegion heap = heap(64, 4);
        List<Extent> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(granted(heap, 2, 1));
        }
        all.forEach(heap::ungrant);
        assertThat(references.descriptors()).isEqualTo(2);
        heap.ungrant(granted(heap, 5, 1));
        assertThat(references.descriptors()).as("one that is larger than the bound is not kept").isEqualTo(2);
    }

    @Test
    void whatSomebodyOutsideHasIsNotUsedAgain() throws CallFailed {
        HeapRegion heap = heap(16, 16);
        Extent lent = granted(heap, 2, 1);
        FileId file = file(heap, lent);
        references.add(heap.dmaBuf(lent).orElseThrow().number(), 1); // a device that did not let go, another process
        heap.ungrant(lent);
        assertThat(references.descriptors()).as("closed").isZero();
        assertThat(file(heap, granted(heap, 2, 1))).isNotEqualTo(file);
    }

    @Test
    void whatAJobStillWorksOnIsNotUsedAgain() throws CallFailed {
        HeapRegion heap = heap(16, 16);
        Extent extent = granted(heap, 2, 1);
        kernel.fences.put(file(heap, extent), false); // of a reader: it would read the next owner's bytes
        heap.ungrant(extent);
        assertThat(references.descriptors()).isZero();
    }

    @Test
    void aMappingOfThePlatformsOwnIsNobodyOutside() throws CallFailed {
        HeapRegion heap = heap(16, 16);
        Extent extent = granted(heap, 2, 1);
        fill(extent, 1);
        platform.export(OBJECT, List.of(extent), extent.size());
        assertThat(platform.outside(OBJECT)).isFalse();
        references.add(heap.dmaBuf(extent).orElseThrow().number(), 1);
        assertThat(platform.outside(OBJECT)).isTrue();
        platform.withdraw(OBJECT);
    }

    @Test
    void aNameIsThatOfTheObjectThatHasItNow() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", 16 * page, false, 16 * page);
        HeapRegion heap = heap(16, 16);
        for (ObjectId object : List.of(OBJECT, OTHER)) {
            Extent grant = granted(heap, 2, 1);
            platform.export(object, List.of(grant), grant.size());
            platform.name(object, "grant for " + object);
            assertThat(kernel.names.get(platform.dmaBufs().handle(object, "camera").identity().orElseThrow())).isEqualTo("grant for " + object);
            platform.withdraw(object);
            heap.ungrant(grant);
            FileId file = export(object, pooled(pool, 0, 2));
            assertThat(kernel.names.get(file)).as("before somebody names it").isEqualTo(object.toString());
            platform.name(object, "udmabuf for " + object);
            assertThat(kernel.names.get(file)).isEqualTo("udmabuf for " + object);
            platform.withdraw(object);
        }
        assertThat(kernel.allocations).isEqualTo(1);
        assertThat(kernel.udmabufs).hasSize(1);
    }

    @Test
    void whereTheKernelDoesNotCountNothingIsUsedAgain() throws CallFailed, IOException {
        HeapRegion heap = heap(16, 16);
        Extent extent = granted(heap, 2, 1);
        Files.delete(root.resolve("proc/self/fdinfo/" + heap.dmaBuf(extent).orElseThrow().number()));
        heap.ungrant(extent);
        assertThat(references.descriptors()).isZero();
    }

    @Test
    void aViewThatIsStillOpenEndsWithItsArena() throws CallFailed {
        HeapRegion heap = heap(16, 0);
        Extent extent = granted(heap, 2, 1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment view = platform.view(List.of(extent), arena);
            view.fill((byte) 9);
            platform.removeRegion(heap);
            assertThat(view.get(ValueLayout.JAVA_BYTE, 0)).as("views last as long as their arenas").isEqualTo((byte) 9);
        }
        assertThat(references.mappings()).isZero();
    }

    @Test
    void refusedForWantOfMemoryTheKernelIsAskedOnceMoreWithoutWhatIsKept() throws CallFailed {
        for (int errno : new int[] {ENOMEM, EMFILE}) {
            HeapRegion heap = heap(64, 64);
            PoolRegion pool = platform.addPool("pool", 16 * page, false, 16 * page);
            heap.ungrant(granted(heap, 2, 1));
            leaveUdmabuf(pool);
            assertThat(references.descriptors()).isEqualTo(2);
            kernel.heapErrnoUntil(errno, () -> references.descriptors() == 0);
            granted(heap, 3, 1);
            assertThat(references.descriptors()).as("the new one alone").isEqualTo(1);
            platform.removeRegion(heap);
            platform.removeRegion(pool);
        }
    }

    @Test
    void refusedTwiceTheErrnoIsTold() throws CallFailed {
        HeapRegion heap = heap(64, 64);
        heap.ungrant(granted(heap, 2, 1));
        int asked = kernel.allocations;
        kernel.heapErrno = ENOMEM;
        assertThat(heap.grant(3 * page, 1).why().orElseThrow().errno()).isEqualTo(Errno.ENOMEM);
        assertThat(kernel.allocations).as("asked once more").isEqualTo(asked + 2);
        assertThat(heap.grant(3 * page, 1).isOk()).isFalse();
        assertThat(kernel.allocations).as("nothing was kept, so asking again is no use").isEqualTo(asked + 3);
    }

    private Extent pooled(PoolRegion pool, long fromPage, long pages) {
        return new Extent(pool.id(), fromPage * page, pages * page);
    }

    private FileId export(ObjectId object, Extent... extents) throws DeviceException {
        platform.export(object, List.of(extents), page);
        return platform.dmaBufs().handle(object, "camera").identity().orElseThrow();
    }

    private void leaveUdmabuf(PoolRegion pool) {
        try {
            export(OBJECT, pooled(pool, 0, 2));
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        platform.withdraw(OBJECT);
    }

    @Test
    void aUdmabufComesAgainForTheSamePieces() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", 16 * page, false, 16 * page);
        FileId file = export(OBJECT, pooled(pool, 0, 1), pooled(pool, 4, 2));
        platform.withdraw(OBJECT);
        assertThat(export(OTHER, pooled(pool, 4, 2), pooled(pool, 0, 1))).as("another order is another buffer").isNotEqualTo(file);
        platform.withdraw(OTHER);
        assertThat(export(OTHER, pooled(pool, 0, 1), pooled(pool, 4, 1), pooled(pool, 5, 1))).as("neighbours are one piece").isEqualTo(file);
        assertThat(platform.dmaBufs().handle(OTHER, "display").what()).as("it says whose it is now").isEqualTo("udmabuf of " + OTHER);
        assertThat(kernel.udmabufs).hasSize(2);
    }

    @Test
    void aUdmabufThatADeviceStillHasIsNotUsedAgain() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", 16 * page, false, 16 * page);
        FileId file = export(OBJECT, pooled(pool, 0, 2));
        references.add(platform.dmaBufs().handle(OBJECT, "camera").number(), 1);
        platform.withdraw(OBJECT);
        assertThat(references.descriptors()).isZero();
        assertThat(export(OTHER, pooled(pool, 0, 2))).isNotEqualTo(file);
    }

    @Test
    void aUdmabufOfAPoolThatWentIsClosed() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", 16 * page, false, 16 * page);
        leaveUdmabuf(pool);
        export(OTHER, pooled(pool, 4, 2));
        assertThat(references.descriptors()).isEqualTo(2);
        platform.removeRegion(pool);
        assertThat(references.descriptors()).as("what is in use stays").isEqualTo(1);
        platform.withdraw(OTHER);
        assertThat(references.descriptors()).as("there is no place to keep it").isZero();
    }

    @Test
    void zeroAndCopyMapAPoolOnce() throws CallFailed {
        PoolRegion pool = platform.addPool("pool", 16 * page);
        Extent from = pooled(pool, 2, 3);
        Extent to = pooled(pool, 8, 3);
        fill(from, 5);
        int mapped = kernel.mmaps;
        for (int i = 0; i < 10; i++) {
            platform.copy(List.of(from), List.of(to), from.size());
            assertReads(to, 5);
            platform.zero(List.of(to));
            assertReads(to, 0);
        }
        assertThat(kernel.mmaps).isEqualTo(mapped).isEqualTo(1);
        assertReads(from, 5);
    }
}
