package sharebuf.platform.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.linux.Libc;
import sharebuf.uapi.DmaBuf;
import sharebuf.uapi.DmaBufExportSyncFile;
import sharebuf.uapi.DmaBufImportSyncFile;
import sharebuf.uapi.DmaBufSync;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;
import sharebuf.uapi.Struct;
import sharebuf.uapi.SyncFenceInfo;
import sharebuf.uapi.SyncFile;
import sharebuf.uapi.SyncFileInfo;
import sharebuf.uapi.Udmabuf;
import sharebuf.uapi.UdmabufCreate;
import sharebuf.uapi.UdmabufCreateItem;
import sharebuf.uapi.UdmabufCreateList;

/** Plays dma-heaps and udmabuf over memfds of the real kernel: bytes, mappings and descriptors are real, the two devices are not. */
final class FakeKernel implements Libc {
    /** A range that a udmabuf was made of. */
    record Made(int memfd, long offset, long size) {
    }

    final Libc real;
    final Map<Integer, String> devices = new ConcurrentHashMap<>();
    final List<List<Made>> udmabufs = new ArrayList<>();
    final Set<FileId> dmaBufs = ConcurrentHashMap.newKeySet();
    final List<Long> syncs = new ArrayList<>();
    /** Names that dma-bufs were given. */
    final Map<FileId, String> names = new ConcurrentHashMap<>();
    /** Dma-bufs with a fence that is not signalled, of a writer or of readers alone. */
    final Map<FileId, Boolean> fences = new ConcurrentHashMap<>();
    /** Sync_files, and whether the fence that they hold is that of a writer. */
    final Map<FileId, Boolean> syncFiles = new ConcurrentHashMap<>();
    /** A descriptor that plays one which somebody else closed. */
    int stolen = -1;
    int interrupts;
    int heapErrno;
    int udmabufErrno;
    /** How often memory was asked for. */
    int allocations;
    int mmaps;
    private java.util.function.BooleanSupplier heapRecovers = () -> false;
    private final Optional<References> references;

    FakeKernel(Libc real) {
        this.real = real;
        references = Optional.empty();
    }

    /** One that counts references. */
    FakeKernel(Libc real, References references) {
        this.real = real;
        this.references = Optional.of(references);
    }

    @Override
    public int open(Path path, int flags) {
        String name = path.getFileName().toString();
        if (path.getParent().endsWith("dma_heap") || name.equals("udmabuf")) {
            int fd = real.memfd(name, MFD_CLOEXEC);
            devices.put(fd, name.equals("udmabuf") ? name : "heap");
            return fd;
        }
        return real.open(path, flags);
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment arg) {
        if (fd == stolen) {
            return -EBADF;
        }
        if (interrupts > 0) {
            interrupts--;
            return -EINTR;
        }
        String device = devices.getOrDefault(fd, "");
        if (device.equals("heap") && request == DmaHeap.DMA_HEAP_IOCTL_ALLOC) {
            DmaHeapAllocation call = new DmaHeapAllocation(arg);
            allocations++;
            if (heapRecovers.getAsBoolean()) {
                heapErrno = 0;
            }
            if (heapErrno != 0) {
                return -heapErrno;
            }
            call.fd(memory(call.length()));
            return 0;
        }
        if (device.equals("udmabuf")) {
            return udmabufErrno != 0 ? -udmabufErrno : udmabuf(request, arg);
        }
        if (request == DmaBuf.DMA_BUF_IOCTL_SYNC) {
            syncs.add(new DmaBufSync(arg).flags());
            return 0;
        }
        if (request == DmaBuf.DMA_BUF_SET_NAME_B) {
            String name = Struct.memory(arg.address(), DmaBuf.DMA_BUF_NAME_LEN + 1).getString(0);
            if (name.length() >= DmaBuf.DMA_BUF_NAME_LEN) {
                return -22;
            }
            names.put(real.identity(fd).orElseThrow(), name);
            return 0;
        }
        if (request == DmaBuf.DMA_BUF_IOCTL_EXPORT_SYNC_FILE) {
            FileId dmaBuf = real.identity(fd).orElseThrow();
            DmaBufExportSyncFile call = new DmaBufExportSyncFile(arg);
            boolean held = fences.containsKey(dmaBuf) && (call.flags() == DmaBuf.DMA_BUF_SYNC_WRITE || fences.get(dmaBuf));
            int syncFile = real.memfd("sync_file", MFD_CLOEXEC);
            syncFiles.put(real.identity(syncFile).orElseThrow(), held);
            call.fd(syncFile);
            return 0;
        }
        if (request == DmaBuf.DMA_BUF_IOCTL_IMPORT_SYNC_FILE) {
            DmaBufImportSyncFile call = new DmaBufImportSyncFile(arg);
            if (!syncFiles.containsKey(real.identity(call.fd()).orElseThrow())) {
                return -22;
            }
            fences.put(real.identity(fd).orElseThrow(), (call.flags() & DmaBuf.DMA_BUF_SYNC_WRITE) != 0);
            return 0;
        }
        if (request == SyncFile.SYNC_IOC_FILE_INFO) {
            SyncFileInfo call = new SyncFileInfo(arg);
            if (syncFiles.get(real.identity(fd).orElseThrow())) {
                new SyncFenceInfo(Struct.memory(call.fences(), SyncFenceInfo.LAYOUT.byteSize())).driver("gpu").timeline("ring0").status(0);
                call.numFences(1);
            } else {
                call.numFences(0);
            }
            return 0;
        }
        return real.ioctl(fd, request, arg);
    }

    /** The heap refuses until something has happened. */
    void heapErrnoUntil(int errno, java.util.function.BooleanSupplier recovers) {
        heapErrno = errno;
        heapRecovers = recovers;
    }

    private int udmabuf(long request, MemorySegment arg) {
        List<Made> made = new ArrayList<>();
        if (request == Udmabuf.UDMABUF_CREATE) {
            UdmabufCreate call = new UdmabufCreate(arg);
            made.add(new Made(call.memfd(), call.offset(), call.size()));
        } else {
            UdmabufCreateList call = new UdmabufCreateList(arg);
            for (int i = 0; i < call.count(); i++) {
                UdmabufCreateItem item = new UdmabufCreateItem(Struct.memory(call.segment().address() + 8 + 24L * i, 24));
                made.add(new Made(item.memfd(), item.offset(), item.size()));
            }
        }
        udmabufs.add(made);
        return memory(made.stream().mapToLong(Made::size).sum());
    }

    /** A dma-buf: bytes of a memfd, under its name. */
    int memory(long size) {
        int fd = real.memfd("dma-buf", MFD_CLOEXEC);
        real.truncate(fd, size);
        FileId file = real.identity(fd).orElseThrow();
        dmaBufs.add(file);
        references.ifPresent(r -> r.opened(fd, file));
        return fd;
    }

    @Override
    public int close(int fd) {
        devices.remove(fd);
        references.ifPresent(r -> r.closed(fd));
        int done = real.close(fd);
        return fd == stolen ? -EBADF : done;
    }

    @Override
    public int fcntl(int fd, int command, long arg) {
        return real.fcntl(fd, command, arg);
    }

    @Override
    public long read(int fd, MemorySegment into) {
        return real.read(fd, into);
    }

    @Override
    public int poll(int fd, int events, int millis) {
        Boolean writer = fd == stolen ? null : real.identity(fd).map(fences::get).orElse(null);
        if (writer != null && ((events & POLLOUT) != 0 || writer)) {
            return real.poll(-1, 0, millis); // poll(2) passes over a negative descriptor, and waits
        }
        return fd == stolen ? POLLNVAL : real.poll(fd, events, millis);
    }

    @Override
    public int memfd(String name, int flags) {
        return real.memfd(name, flags);
    }

    @Override
    public int truncate(int fd, long size) {
        return real.truncate(fd, size);
    }

    @Override
    public long mmap(long address, long size, int protection, int flags, int fd, long offset) {
        mmaps++;
        long at = real.mmap(address, size, protection, flags, fd, offset);
        references.ifPresent(r -> r.mapped(fd, at));
        return at;
    }

    @Override
    public int munmap(long address, long size) {
        references.ifPresent(r -> r.unmapped(address));
        return real.munmap(address, size);
    }

    @Override
    public long seek(int fd, long offset, int whence) {
        return real.seek(fd, offset, whence);
    }

    @Override
    public long fileSystem(int fd) {
        long kind = real.fileSystem(fd);
        return kind >= 0 && real.identity(fd).filter(dmaBufs::contains).isPresent() ? DMA_BUF_MAGIC : kind;
    }

    @Override
    public Optional<FileId> identity(int fd) {
        return fd == stolen ? Optional.empty() : real.identity(fd);
    }

    @Override
    public long page() {
        return real.page();
    }
}
