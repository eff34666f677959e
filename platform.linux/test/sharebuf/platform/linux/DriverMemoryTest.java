package sharebuf.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
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
import sharebuf.buffer.Outcome;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionKind;
import sharebuf.node.DeviceException;

/** What becomes of a descriptor that is handed over: it is closed exactly once, or it was never the platform's. */
class DriverMemoryTest {
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);

    @TempDir
    Path root;
    private FakeKernel kernel;
    private LinuxPlatform platform;
    private DriverRegion region;
    private long page;
    private long before;

    @BeforeEach
    void platform() throws IOException {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        kernel = new FakeKernel(Libc.find().get());
        page = kernel.page();
        before = openDescriptors();
        platform = new LinuxPlatform(kernel, new Machine(root));
        region = platform.addDriver("card.dumb", "card", 16 * page, false);
    }

    @AfterEach
    void everythingWasClosedOnce() throws IOException {
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

    private boolean isOpen(int fd) {
        return kernel.identity(fd).isPresent();
    }

    private Extent taken(int fd, long size) {
        return new Extent(region.id(), region.take(fd, size).orThrow(), size);
    }

    /** Another number of the same open file, as an exporter gives that exports twice. */
    private int again(int fd) {
        int other = kernel.fcntl(fd, Libc.F_DUPFD_CLOEXEC, 0);
        assertThat(other).isNotNegative().isNotEqualTo(fd);
        return other;
    }

    private static void assertErrno(Outcome<Long> outcome, Errno errno) {
        assertThat(outcome.why().orElseThrow().errno()).as(outcome.toString()).isEqualTo(errno);
    }

    @Test
    void itIsAGrantedRegionOfWhichNothingIsKnown() {
        assertThat(region.kind()).isEqualTo(RegionKind.GRANTED);
        assertThat(region.contiguous()).isFalse();
        assertThat(region.device()).contains("card");
        assertThat(region.addressesKnown()).isFalse();
        assertErrno(region.grant(page), Errno.EOPNOTSUPP);
        assertThat(platform.real()).containsExactly("memory card.dumb");
    }

    @Test
    void whatWasTakenIsTheObjectsDmaBufUntilItIsGivenBack() throws DeviceException {
        int fd = kernel.memory(2 * page);
        Extent extent = taken(fd, 2 * page);
        platform.export(OBJECT, List.of(extent), extent.size());
        assertThat(platform.dmaBufs().handle(OBJECT, "camera").number()).as("it is the very dma-buf").isEqualTo(fd);
        platform.withdraw(OBJECT);
        assertThat(isOpen(fd)).isTrue();
        region.ungrant(extent);
        assertThat(isOpen(fd)).isFalse();
    }

    @Test
    void allOfItIsZeroedAlsoWhatNobodyAskedFor() {
        int fd = kernel.memory(3 * page);
        long mapped = kernel.mmap(0, 3 * page, Libc.PROT_READ_WRITE, Libc.MAP_SHARED, fd, 0);
        @SuppressWarnings("restricted")
        MemorySegment all = MemorySegment.ofAddress(mapped).reinterpret(3 * page);
        all.fill((byte) 7);
        Extent extent = taken(fd, page);
        platform.zero(List.of(extent));
        assertThat(kernel.syncs).as("START of write is 2, END of write is 6: the driver may not be coherent").containsExactly(2L, 6L);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(all.mismatch(arena.allocate(3 * page))).as("the driver may not have cleared it").isEqualTo(-1);
            MemorySegment view = platform.view(List.of(extent), arena);
            assertThat(view.byteSize()).isEqualTo(page);
            view.set(ValueLayout.JAVA_BYTE, 0, (byte) 9);
            assertThat(all.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 9);
        }
        kernel.munmap(mapped, 3 * page);
    }

    @Test
    void theSameDmaBufTwiceIsRefusedWhateverItsNumber() {
        int fd = kernel.memory(page);
        int other = again(fd);
        taken(fd, page);
        assertErrno(region.take(fd, page), Errno.EEXIST);
        assertThat(isOpen(fd)).as("the one that is in use stays").isTrue();
        assertErrno(region.take(other, page), Errno.EEXIST);
        assertThat(isOpen(other)).as("the second one is closed").isFalse();
        assertThat(isOpen(fd)).isTrue();
    }

    @Test
    void aDmaBufOfAnotherRegionIsKnownToo() throws CallFailed, DeviceException {
        PoolRegion pool = platform.addPool("pool", 4 * page);
        platform.export(OBJECT, List.of(new Extent(pool.id(), 0, page)), page);
        int exported = again(platform.dmaBufs().handle(OBJECT, "card").number());
        assertThat(region.take(exported, page).why().orElseThrow().found()).as("what a driver re-exports of an import").contains("udmabuf of " + OBJECT);
        assertThat(isOpen(exported)).isFalse();
    }

    @Test
    void whatIsNoDmaBufIsLeftAlone() {
        int memfd = kernel.memfd("a file of somebody", Libc.MFD_CLOEXEC);
        kernel.truncate(memfd, page);
        assertErrno(region.take(memfd, page), Errno.EINVAL);
        assertThat(isOpen(memfd)).as("nobody knows whose it is").isTrue();
        kernel.close(memfd);
        assertErrno(region.take(memfd, page), Errno.EBADF);
        assertErrno(region.take(-1, page), Errno.EBADF);
    }

    @Test
    void aSizeThatDoesNotFitIsRefusedAndTheDescriptorClosed() {
        for (long size : new long[] {0, -page, page + 1, 3 * page, Long.MAX_VALUE}) {
            int fd = kernel.memory(2 * page);
            assertErrno(region.take(fd, size), Errno.EINVAL);
            assertThat(isOpen(fd)).as("size " + size).isFalse();
        }
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndClosed() {
        int fd = kernel.memory(page);
        int readOnly = kernel.real.open(Path.of("/proc/self/fd/" + fd), 0);
        assertErrno(region.take(readOnly, page), Errno.EACCES);
        assertThat(isOpen(readOnly)).isFalse();
        kernel.close(fd);
    }

    @Test
    void theLimitCountsWhatTheDriverReallyMade() {
        Extent most = taken(kernel.memory(15 * page), page);
        int fd = kernel.memory(2 * page);
        assertErrno(region.take(fd, page), Errno.ENOMEM);
        assertThat(isOpen(fd)).isFalse();
        region.ungrant(most);
        taken(kernel.memory(16 * page), page);
    }

    @Test
    void nothingIsLeftAfterManyCycles() throws IOException {
        taken(kernel.memory(page), page);
        long steady = openDescriptors();
        for (int i = 0; i < 2_000; i++) {
            Extent extent = taken(kernel.memory(2 * page), page);
            region.take(kernel.memory(page), 2 * page);
            region.ungrant(extent);
        }
        assertThat(openDescriptors()).isEqualTo(steady);
    }
}
