package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;

/**
 * A dma-heap: each grant is a dma-buf. Its bytes are bounded here, since the kernel allocates until it has to kill somebody. Thread-safe.
 */
final class HeapRegion extends LinuxRegion {
    private static final class Granted {
        private final Descriptor dmaBuf;
        private final long size;
        private boolean untouched = true;

        private Granted(Descriptor dmaBuf, long size) {
            this.dmaBuf = dmaBuf;
            this.size = size;
        }
    }

    private final Descriptors descriptors;
    private final Descriptor heap;
    private final boolean contiguous;
    private final TreeMap<Long, Granted> granted = new TreeMap<>();
    private long used;

    HeapRegion(RegionId id, String path, long limit, boolean contiguous, Libc libc, Descriptors descriptors, Machine machine) throws CallFailed {
        super(id, limit, libc.page(), machine);
        this.descriptors = descriptors;
        this.contiguous = contiguous;
        heap = descriptors.open(machine.at(path), Libc.O_RDWR);
    }

    @Override
    public RegionKind kind() {
        return RegionKind.GRANTED;
    }

    @Override
    public boolean contiguous() {
        return contiguous;
    }

    @Override
    public synchronized Outcome<Long> grant(long size) {
        if (size < 1 || size % granule() != 0) {
            throw new IllegalArgumentException(id() + ": a grant of " + size + " bytes: a multiple of " + granule());
        }
        if (size > size() - used) {
            return Outcome.no(Refusal.of(Errno.ENOMEM, "size", used + " of at most " + size() + " bytes are granted", size + " bytes more")
                    .fixedBy("a larger 'size' in the configuration of region " + id()));
        }
        int fd = allocate(size);
        if (fd < 0) {
            Errno errno = Errno.of(-fd);
            return Outcome.no(Refusal.of(errno, "heap", heap.what() + " said errno " + -fd, size + " bytes"));
        }
        long offset = gap(size);
        granted.put(offset, new Granted(descriptors.adopt(fd, "dma-buf of " + id()), size));
        used += size;
        return Outcome.ok(offset);
    }

    private int allocate(long size) {
        try (Arena arena = Arena.ofConfined()) {
            DmaHeapAllocation call = new DmaHeapAllocation(arena.allocate(DmaHeapAllocation.LAYOUT)).length(size).fdFlags(Libc.O_RDWR | Libc.O_CLOEXEC);
            int done = heap.ioctl(DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment());
            return done < 0 ? done : call.fd();
        }
    }

    /** The lowest number where an extent overlaps no other; numbers stand for nothing, so they may pass the size. */
    private long gap(long size) {
        long at = 0;
        for (Map.Entry<Long, Granted> each : granted.entrySet()) {
            if (each.getKey() - at >= size) {
                break;
            }
            at = each.getKey() + each.getValue().size;
        }
        return at;
    }

    @Override
    public synchronized void ungrant(Extent extent) {
        need(extent);
        Granted gone = granted.remove(extent.offset());
        used -= gone.size;
        gone.dmaBuf.close();
    }

    @Override
    synchronized FilePiece piece(Extent extent) {
        Granted g = need(extent);
        g.untouched = false; // whoever asks for the file is about to write it
        return new FilePiece(g.dmaBuf, 0, extent.size());
    }

    @Override
    synchronized Optional<Descriptor> dmaBuf(Extent extent) {
        Granted g = need(extent);
        g.untouched = false;
        return Optional.of(g.dmaBuf);
    }

    @Override
    synchronized boolean untouched(Extent extent) {
        return need(extent).untouched;
    }

    private Granted need(Extent extent) {
        Granted g = granted.get(extent.offset());
        if (g == null || g.size != extent.size()) {
            throw new IllegalArgumentException(extent + " was not granted by " + heap.what());
        }
        return g;
    }

    @Override
    public synchronized void close() {
        granted.values().forEach(g -> g.dmaBuf.close());
        granted.clear();
        used = 0;
        heap.close();
    }

    @Override
    public synchronized String toString() {
        return id() + ": " + heap.what() + ", " + used + " of " + size() + " bytes granted as " + granted.size() + " dma-bufs";
    }
}
