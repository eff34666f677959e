package sharebuf.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.node.DeviceException;
import sharebuf.platform.Platform.DmaBufFacts;

/** Descriptors that leave and come: whose they are, what the kernel counts, fences of others, names. */
class OutsideTest {
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);
    private static final ObjectId OTHER = new ObjectId(new BufferId(2), 0);

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

    private Extent pooled(boolean shared, long fromPage, long pages) throws CallFailed {
        return new Extent(platform.addPool("pool", 16 * page, shared, 0).id(), fromPage * page, pages * page);
    }

    private Libc.FileId file(int descriptor) {
        return kernel.identity(descriptor).orElseThrow();
    }

    /** What the kernel would say of a descriptor. */
    private void fdinfo(int descriptor, long size, long count, String exporter, String name) throws IOException {
        Path file = root.resolve("proc/self/fdinfo/" + descriptor);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t2067\nsize:\t" + size + "\ncount:\t" + count + "\nexp_name:\t" + exporter + "\n"
                + (name.isEmpty() ? "" : "name:\t" + name + "\n"));
    }

    @Test
    void aDmaBufIsLentByDescriptorsOfItsOwnEachTime() throws Exception {
        platform.export(OBJECT, List.of(pooled(false, 0, 2)), page + 5);
        Lent.Handle one = platform.lend(OBJECT).orThrow();
        Lent.Handle two = platform.lend(OBJECT).orThrow();
        assertThat(one.kind()).isEqualTo(Lent.Kind.DMA_BUF);
        assertThat(one.offset()).isZero();
        assertThat(one.size()).isEqualTo(page + 5);
        assertThat(one.descriptor()).isNotEqualTo(two.descriptor());
        assertThat(file(one.descriptor())).isEqualTo(file(two.descriptor())).isEqualTo(file(platform.dmaBufs().handle(OBJECT, "camera").number()));
        platform.takeBack(one.descriptor());
        platform.takeBack(one.descriptor());
        assertThat(kernel.identity(one.descriptor())).isEmpty();
        platform.withdraw(OBJECT);
        assertThat(kernel.identity(two.descriptor())).as("the other one is still lent").isPresent();
        platform.takeBack(two.descriptor());
    }

    @Test
    void aSharedPoolIsLentItselfWithTheObjectsPlaceInIt() throws Exception {
        Extent extent = pooled(true, 3, 2);
        platform.export(OBJECT, List.of(extent), 2 * page);
        Lent.Handle handle = platform.lend(OBJECT).orThrow();
        assertThat(handle.kind()).isEqualTo(Lent.Kind.MEMFD);
        assertThat(handle.offset()).isEqualTo(3 * page);
        assertThat(kernel.udmabufs).as("no device has it").isEmpty();
        try (Arena arena = Arena.ofConfined()) {
            platform.view(List.of(extent), arena).set(ValueLayout.JAVA_INT, page, 4711);
            long at = kernel.mmap(0, 2 * page, Libc.PROT_READ_WRITE, Libc.MAP_SHARED, handle.descriptor(), handle.offset());
            assertThat(at).isPositive();
            assertThat(sharebuf.uapi.Struct.memory(at, 2 * page).get(ValueLayout.JAVA_INT, page)).as("the taker sees it").isEqualTo(4711);
            kernel.munmap(at, 2 * page);
        }
        assertThat(platform.outside(OBJECT)).as("nobody counts the users of a memfd").isFalse();
        platform.takeBack(handle.descriptor());
        platform.export(OTHER, List.of(extent, new Extent(extent.region(), 0, page)), 3 * page);
        assertThat(platform.lend(OTHER).why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EOPNOTSUPP);
            assertThat(why.found()).contains("2 pieces");
        });
    }

    @Test
    void theKernelsCountSaysWhetherItIsStillOpenElsewhere() throws Exception {
        platform.export(OBJECT, List.of(pooled(false, 0, 2)), 2 * page);
        assertThat(platform.outside(OBJECT)).as("there is no dma-buf yet").isFalse();
        Lent.Handle handle = platform.lend(OBJECT).orThrow();
        assertThat(platform.outside(OBJECT)).as("what cannot be known may be outside").isTrue();
        int own = platform.dmaBufs().handle(OBJECT, "camera").number();
        fdinfo(own, 2 * page, 2, "udmabuf", "");
        assertThat(platform.outside(OBJECT)).as("the platform's and the one that is lent").isFalse();
        fdinfo(own, 2 * page, 3, "udmabuf", "");
        assertThat(platform.outside(OBJECT)).isTrue();
        platform.takeBack(handle.descriptor());
        fdinfo(own, 2 * page, 2, "udmabuf", "");
        assertThat(platform.outside(OBJECT)).as("the taker has it still").isTrue();
        fdinfo(own, 2 * page, 1, "udmabuf", "");
        assertThat(platform.outside(OBJECT)).isFalse();
    }

    @Test
    void aForeignDmaBufIsKnownBySizeExporterAndFile() throws Exception {
        int foreign = kernel.memory(3 * page);
        int memfd = kernel.memfd("no dma-buf", Libc.MFD_CLOEXEC);
        fdinfo(foreign, 3 * page, 1, "system", "from gst");
        DmaBufFacts facts = platform.inspect(foreign).orThrow();
        assertThat(facts).isEqualTo(new DmaBufFacts(3 * page, "system", "from gst", file(foreign).device() + ":" + file(foreign).inode(), Optional.empty()));
        assertThat(platform.inspect(memfd).why().orElseThrow().errno()).isEqualTo(Errno.EINVAL);
        assertThat(platform.inspect(-1).why().orElseThrow().errno()).isEqualTo(Errno.EBADF);
        kernel.close(memfd);
        kernel.close(foreign);
        assertThat(platform.inspect(foreign).why().orElseThrow().errno()).isEqualTo(Errno.EBADF);
        platform.export(OBJECT, List.of(pooled(false, 0, 2)), 2 * page);
        Lent.Handle ours = platform.lend(OBJECT).orThrow();
        assertThat(platform.inspect(ours.descriptor()).orThrow().object()).contains(OBJECT);
        platform.takeBack(ours.descriptor());
    }

    @Test
    void aForeignDmaBufStaysWhoseItIs() throws Exception {
        DriverRegion region = platform.addDriver("foreign", "", 16 * page, false);
        assertThat(region.foreign()).isTrue();
        assertThat(platform.real()).as("it is no memory of the board").isEmpty();
        int foreign = kernel.memory(3 * page);
        long open = openDescriptors();
        assertThat(region.take(foreign, 4 * page).why().orElseThrow().errno()).isEqualTo(Errno.EINVAL);
        assertThat(openDescriptors()).isEqualTo(open);
        Extent extent = new Extent(region.id(), region.take(foreign, 2 * page).orThrow(), 2 * page);
        assertThat(openDescriptors()).as("a second descriptor").isEqualTo(open + 1);
        assertThat(region.take(foreign, 2 * page).why().orElseThrow().errno()).isEqualTo(Errno.EEXIST);
        assertThat(openDescriptors()).isEqualTo(open + 1);
        platform.export(OBJECT, List.of(extent), page + 1);
        assertThat(file(platform.dmaBufs().handle(OBJECT, "display").number())).isEqualTo(file(foreign));
        platform.withdraw(OBJECT);
        region.ungrant(extent);
        assertThat(openDescriptors()).isEqualTo(open);
        assertThat(kernel.identity(foreign)).isPresent();
        kernel.close(foreign);
    }

    @Test
    void aFenceIsAwaitedByTheAccessThatItHoldsUpAndNamed() throws Exception {
        platform.export(OBJECT, List.of(pooled(false, 0, 2)), 2 * page);
        assertThat(platform.awaitFences(OBJECT, Access.READ_WRITE, Duration.ZERO)).as("no dma-buf, no fence").isEmpty();
        Libc.FileId dmaBuf = file(platform.dmaBufs().handle(OBJECT, "camera").number());
        assertThat(platform.awaitFences(OBJECT, Access.WRITE, Duration.ZERO)).isEmpty();
        kernel.fences.put(dmaBuf, false);
        assertThat(platform.awaitFences(OBJECT, Access.READ, Duration.ZERO)).as("readers go beside a reader").isEmpty();
        assertThat(platform.awaitFences(OBJECT, Access.WRITE, Duration.ofMillis(3))).isPresent();
        kernel.fences.put(dmaBuf, true);
        assertThat(platform.awaitFences(OBJECT, Access.READ, Duration.ofMillis(3))).contains("fence of gpu ring0");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> platform.awaitFences(OBJECT, Access.READ, Duration.ofSeconds(30))).isInstanceOf(InterruptedException.class);
        kernel.fences.clear();
        assertThat(platform.awaitFences(OBJECT, Access.READ, Duration.ofSeconds(30))).isEmpty();
    }

    @Test
    void fencesGoOutAndComeInAsSyncFiles() throws Exception {
        platform.export(OBJECT, List.of(pooled(false, 0, 2)), 2 * page);
        int dmaBuf = platform.dmaBufs().handle(OBJECT, "camera").number();
        int syncFile = platform.fences(OBJECT, Access.READ).orThrow();
        assertThat(kernel.syncFiles).containsKey(file(syncFile));
        assertThat(platform.addFence(OBJECT, syncFile, Access.WRITE).isOk()).isTrue();
        assertThat(kernel.fences).containsEntry(file(dmaBuf), true);
        assertThat(platform.addFence(OBJECT, dmaBuf, Access.WRITE).why().orElseThrow().errno()).isEqualTo(Errno.EINVAL);
        platform.takeBack(syncFile);
        assertThat(kernel.identity(syncFile)).isEmpty();
        assertThat(platform.fences(OTHER, Access.READ).why().orElseThrow().errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    void theKernelsListsNameWhatIsOurs() throws CallFailed, DeviceException {
        HeapRegion heap = platform.addHeap("heap", "/dev/dma_heap/system", 16 * page, false);
        Extent grant = new Extent(heap.id(), heap.grant(page).orThrow(), page);
        platform.export(OBJECT, List.of(pooled(false, 0, 1)), page);
        platform.export(OTHER, List.of(grant), page);
        platform.name(OBJECT, "b1.0 run");
        platform.name(OTHER, "b2.0 ein sehr langer Name mit \u00e4\u00e4\u00e4");
        assertThat(kernel.names).as("a udmabuf is made when somebody asks for it").containsOnlyKeys(file(platform.dmaBufs().handle(OTHER, "camera").number()));
        Libc.FileId made = file(platform.dmaBufs().handle(OBJECT, "camera").number());
        assertThat(kernel.names).containsEntry(made, "b1.0 run");
        assertThat(kernel.names.get(file(platform.dmaBufs().handle(OTHER, "camera").number()))).isEqualTo("b2.0 ein sehr langer Name mit ");
    }

    @Test
    void nothingIsLeftAfterManyLoans() throws Exception {
        platform.export(OBJECT, List.of(pooled(false, 0, 1)), page);
        platform.dmaBufs().handle(OBJECT, "camera");
        long steady = openDescriptors();
        for (int i = 0; i < 2_000; i++) {
            platform.takeBack(platform.lend(OBJECT).orThrow().descriptor());
        }
        assertThat(openDescriptors()).isEqualTo(steady);
    }
}
