package sharebuf.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** System calls of this machine's kernel, for real. */
class LibcTest {
    private static final int ENOENT = 2;
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;
    private static final int EPERM = 1;
    private Libc libc;

    @BeforeEach
    void linux() {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        libc = Libc.find().get();
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private int memfd(long size) {
        int fd = libc.memfd("test", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
        assertThat(fd).isNotNegative();
        assertThat(libc.truncate(fd, size)).isZero();
        return fd;
    }

    @Test
    void shouldSayTheErrnoOfWhatFails() {
        int fd = memfd(4096);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arg = arena.allocate(64);
            assertThat(libc.ioctl(fd, 0xc018_4800L, arg)).isEqualTo(-ENOTTY);
            assertThat(libc.open(Path.of("/dev/there is no such node"), Libc.O_RDWR)).isEqualTo(-ENOENT);
            assertThat(libc.mmap(0, 4096, Libc.PROT_READ_WRITE, Libc.MAP_SHARED, fd, 1)).isEqualTo(-EINVAL);
            assertThat(libc.close(fd)).isZero();
            assertThat(libc.ioctl(fd, 0xc018_4800L, arg)).isEqualTo(-Libc.EBADF);
            assertThat(libc.close(fd)).isEqualTo(-Libc.EBADF);
            assertThat(libc.identity(fd)).isEmpty();
        }
    }

    @Test
    void shouldSealAFileAsUdmabufWantsIt() {
        int fd = memfd(8192);
        assertThat(libc.fcntl(fd, Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW)).isZero();
        assertThat(libc.fcntl(fd, Libc.F_GET_SEALS, 0)).isEqualTo(Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW);
        assertThat(libc.truncate(fd, 4096)).isEqualTo(-EPERM);
        assertThat(libc.truncate(fd, 16384)).isEqualTo(-EPERM);
        libc.close(fd);
    }

    @Test
    void shouldKnowAFileByItsIdentity() {
        int one = memfd(4096);
        int other = memfd(4096);
        int again = libc.open(Path.of("/proc/self/fd/" + one), Libc.O_RDWR | Libc.O_CLOEXEC);
        assertThat(again).isNotNegative().isNotEqualTo(one);
        assertThat(libc.identity(again)).isPresent().isEqualTo(libc.identity(one)).isNotEqualTo(libc.identity(other));
        List.of(one, other, again).forEach(libc::close);
    }

    @Test
    void shouldMapPiecesInTheOrderThatWasAskedFor() throws CallFailed {
        long page = libc.page();
        Descriptors table = new Descriptors(libc);
        Descriptor file = table.adopt(memfd(4 * page), "memfd");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = FilePiece.map(libc, List.of(new FilePiece(file, 0, 4 * page)), arena);
            MemorySegment turned = FilePiece.map(libc, List.of(new FilePiece(file, 3 * page, page), new FilePiece(file, 0, 2 * page)), arena);
            assertThat(turned.byteSize()).isEqualTo(3 * page);
            turned.set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
            turned.set(ValueLayout.JAVA_BYTE, 2 * page + 5, (byte) 9);
            assertThat(whole.get(ValueLayout.JAVA_BYTE, 3 * page)).isEqualTo((byte) 7);
            assertThat(whole.get(ValueLayout.JAVA_BYTE, page + 5)).isEqualTo((byte) 9);
        }
        table.close();
        assertThat(table.count()).isZero();
    }

    @Test
    void shouldBeWhereItWasAfterManyCycles() throws IOException, CallFailed {
        Descriptors table = new Descriptors(libc);
        long page = libc.page();
        long before = openDescriptors();
        for (int i = 0; i < 10_000; i++) {
            try (Descriptor file = table.adopt(memfd(page), "memfd"); Arena arena = Arena.ofConfined()) {
                FilePiece.map(libc, List.of(new FilePiece(file, 0, page)), arena).set(ValueLayout.JAVA_INT, 0, i);
            }
        }
        assertThat(openDescriptors()).isEqualTo(before);
        assertThat(table.count()).isZero();
        assertThat(table.stolen()).isEmpty();
    }

    @Test
    void shouldNameADescriptorThatSomebodyElseClosed() {
        Descriptors table = new Descriptors(libc);
        Descriptor file = table.adopt(memfd(4096), "memfd of a test");
        libc.close(file.number());
        file.close();
        assertThat(table.stolen()).singleElement().asString().contains("memfd of a test");
    }

    @Test
    void shouldLeaveANumberAloneThatIsAnotherFilesByNow() {
        Descriptors table = new Descriptors(libc);
        Descriptor file = table.adopt(memfd(4096), "memfd of a test");
        assertThat(file.isIntact()).isTrue();
        libc.close(file.number());
        int foreign = memfd(4096);
        assertThat(foreign).as("the lowest number that is free").isEqualTo(file.number());
        assertThat(file.isIntact()).isFalse();
        assertThat(file.identity()).isEmpty();
        assertThat(table.owns(foreign)).isFalse();
        file.close();
        assertThat(libc.identity(foreign)).as("still open").isPresent();
        assertThat(table.stolen()).hasSize(1);
        libc.close(foreign);
    }

    @Test
    void shouldCloseOnceAndNotWhileACallIsInIt() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Descriptors table = new Descriptors(libc);
            Descriptor file = table.adopt(memfd(4096), "memfd");
            int number = file.enter();
            AtomicInteger late = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = Stream.<Runnable>of(file::close, file::close, () -> {
                while (file.enter() >= 0) {
                    late.incrementAndGet();
                    file.leave();
                }
            }).map(r -> Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                    r.run();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            })).toList();
            start.countDown();
            for (Thread t : threads) {
                t.join();
            }
            assertThat(libc.identity(number)).as("a call is in it").isPresent();
            assertThat(table.count()).isEqualTo(1);
            file.leave();
            assertThat(table.count()).isZero();
            assertThat(table.stolen()).as("closed once").isEmpty();
            assertThat(file.enter()).isEqualTo(-Libc.EBADF);
        }
    }

    @Test
    void shouldKnowWhatADescriptorIsAndHowLongItsFileIs() {
        int fd = memfd(3 * 4096);
        assertThat(libc.seek(fd, 0, Libc.SEEK_END)).isEqualTo(3 * 4096);
        assertThat(libc.fcntl(fd, Libc.F_GETFL, 0) & Libc.O_ACCMODE).isEqualTo(Libc.O_RDWR);
        assertThat(libc.fileSystem(fd)).as("TMPFS_MAGIC of linux/magic.h").isEqualTo(0x0102_1994L);
        libc.close(fd);
        assertThat(libc.seek(fd, 0, Libc.SEEK_END)).isEqualTo(-Libc.EBADF);
        assertThat(libc.fileSystem(fd)).isEqualTo(-Libc.EBADF);
    }

    @Test
    void aTableKnowsItsFilesByNumberAndByIdentity() {
        Descriptors table = new Descriptors(libc);
        int fd = memfd(4096);
        Descriptor one = table.adopt(fd, "one");
        assertThat(table.owns(fd)).isTrue();
        assertThat(table.of(libc.identity(fd).orElseThrow())).contains(one);
        one.close();
        assertThat(table.owns(fd)).isFalse();
        int other = memfd(4096);
        assertThat(table.of(libc.identity(other).orElseThrow())).isEmpty();
        libc.close(other);
    }
}
