package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Libc;
import sharebuf.uapi.DmaBuf;
import sharebuf.uapi.DmaBufSync;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;
import sharebuf.uapi.Udmabuf;
import sharebuf.uapi.UdmabufCreate;
import sharebuf.uapi.UdmabufCreateItem;
import sharebuf.uapi.UdmabufCreateList;

/**
 * System calls as a case says them, wrong ones too. A result is the kernel's: at least 0, or the errno with a minus. Descriptors that a
 * call gives belong to the stage.
 *
 * <p>Confined to the thread of its case.
 */
final class Raw {
    /** What udmabuf says of a descriptor that is no memfd ({@code drivers/dma-buf/udmabuf.c}). */
    static final int EBADFD = 77;
    /** For seals: no writes ({@code linux/fcntl.h}). */
    static final int F_SEAL_WRITE = 8;
    /** What udmabuf wants. */
    static final int SHRINK = Libc.F_SEAL_SHRINK;

    private final Stage stage;
    private final Libc libc;
    private final Arena arena = Arena.ofAuto();

    Raw(Stage stage) {
        this.stage = stage;
        libc = stage.libc();
    }

    long page() {
        return libc.page();
    }

    Descriptor open(String path) throws CallFailed {
        return stage.descriptors().open(stage.machine().at(path), Libc.O_RDWR);
    }

    /** A memfd of so many bytes. */
    Descriptor memfd(long size, int seals) throws CallFailed {
        Descriptor file = stage.descriptors().adopt(CallFailed.check(libc.memfd("sharebuf-check", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), "memfd_create"), "memfd");
        CallFailed.check(libc.truncate(file.number(), size), "ftruncate of a memfd to " + size + " bytes");
        if (seals != 0) {
            CallFailed.check(libc.fcntl(file.number(), Libc.F_ADD_SEALS, seals), "seals " + seals + " of a memfd");
        }
        return file;
    }

    /** {@code DMA_HEAP_IOCTL_ALLOC}; what it gave is closed at once. */
    int allocate(Descriptor heap, long length, int fdFlags, long heapFlags) {
        DmaHeapAllocation call = new DmaHeapAllocation(arena.allocate(DmaHeapAllocation.LAYOUT)).length(length).fdFlags(fdFlags).heapFlags(heapFlags);
        int done = heap.ioctl(DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment());
        if (done >= 0) {
            libc.close(call.fd());
        }
        return done;
    }

    /** A dma-buf of a heap, which the platform does not know. */
    Descriptor heapBuffer(String heap, long length) throws CallFailed {
        DmaHeapAllocation call = new DmaHeapAllocation(arena.allocate(DmaHeapAllocation.LAYOUT)).length(length).fdFlags(Libc.O_RDWR | Libc.O_CLOEXEC);
        CallFailed.check(open(heap).ioctl(DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment()), "DMA_HEAP_IOCTL_ALLOC of " + heap);
        return stage.descriptors().adopt(call.fd(), "dma-buf of a case");
    }

    /** A udmabuf, which the platform does not know. */
    Descriptor udmabuf(long size) throws CallFailed {
        UdmabufCreate call = new UdmabufCreate(arena.allocate(UdmabufCreate.LAYOUT)).memfd(memfd(size, SHRINK).number()).flags(Udmabuf.UDMABUF_FLAGS_CLOEXEC).offset(0).size(size);
        return stage.descriptors().adopt(CallFailed.check(open(Finds.UDMABUF).ioctl(Udmabuf.UDMABUF_CREATE, call.segment()), "UDMABUF_CREATE"), "dma-buf of a case");
    }

    /** {@code UDMABUF_CREATE}; what it gave is closed at once. */
    int create(Descriptor device, int memfd, long offset, long size) {
        return closed(device.ioctl(Udmabuf.UDMABUF_CREATE,
                new UdmabufCreate(arena.allocate(UdmabufCreate.LAYOUT)).memfd(memfd).flags(Udmabuf.UDMABUF_FLAGS_CLOEXEC).offset(offset).size(size).segment()));
    }

    /** {@code UDMABUF_CREATE_LIST} of the same range, so many times; what it gave is closed at once. */
    int createList(Descriptor device, int memfd, int count, long offset, long size) {
        long head = UdmabufCreateList.LAYOUT.byteSize();
        long item = UdmabufCreateItem.LAYOUT.byteSize();
        MemorySegment all = arena.allocate(head + item * count, UdmabufCreateItem.LAYOUT.byteAlignment());
        new UdmabufCreateList(all).flags(Udmabuf.UDMABUF_FLAGS_CLOEXEC).count(count);
        for (int i = 0; i < count; i++) {
            new UdmabufCreateItem(all.asSlice(head + i * item)).memfd(memfd).offset(offset).size(size);
        }
        return closed(device.ioctl(Udmabuf.UDMABUF_CREATE_LIST, all));
    }

    private int closed(int fd) {
        if (fd >= 0) {
            libc.close(fd);
            return 0;
        }
        return fd;
    }

    /** {@code DMA_BUF_IOCTL_SYNC}. */
    int sync(int dmaBuf, int flags) {
        return libc.ioctl(dmaBuf, DmaBuf.DMA_BUF_IOCTL_SYNC, new DmaBufSync(arena.allocate(DmaBufSync.LAYOUT)).flags(flags).segment());
    }

    /** {@code mmap(2)} for reading and writing; what it gave is unmapped at once. */
    long map(int fd, long offset, long size, int flags) {
        long at = libc.mmap(0, size, Libc.PROT_READ_WRITE, flags, fd, offset);
        if (at < 0 && at > -4096) {
            return at;
        }
        libc.munmap(at, size);
        return 0;
    }

    /** A mapping that lasts as long as an arena. */
    @SuppressWarnings("restricted") // an address that mmap returned becomes a segment
    MemorySegment map(int fd, long size, Arena until) throws CallFailed {
        long at = libc.mmap(0, size, Libc.PROT_READ_WRITE, Libc.MAP_SHARED, fd, 0);
        if (at < 0 && at > -4096) {
            throw new CallFailed("mmap of " + size + " bytes of a dma-buf", (int) -at);
        }
        return MemorySegment.ofAddress(at).reinterpret(size, until, s -> libc.munmap(s.address(), size));
    }

    /** Zeroed memory for an argument. */
    MemorySegment argument(long size) {
        return arena.allocate(size, 8);
    }

    /** Fails unless a call was refused with an errno. */
    static void refused(String what, long result, int errno) throws CaseFailed {
        CaseFailed.unless(result == -errno, what + ": expected errno " + errno + ", got " + (result < 0 ? "errno " + -result : "no error"));
    }

    /** Fails unless a call was done. */
    static void done(String what, long result) throws CaseFailed {
        CaseFailed.unless(result >= 0, what + ": errno " + -result);
    }
}
