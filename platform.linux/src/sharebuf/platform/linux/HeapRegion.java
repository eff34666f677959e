package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.HeapFacts;
import sharebuf.linux.Heaps;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.RegionId;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;

/**
 * A dma-heap: each grant is a dma-buf. Its bytes are bounded, since the kernel allocates until it has to kill somebody. Thread-safe.
 */
final class HeapRegion extends GrantedRegion {
    private final Descriptors descriptors;
    private final Mappings mappings;
    private final Recycling recycling;
    private final Descriptor heap;
    private final boolean contiguous;

    /**
     * Opens a heap.
     *
     * @param contiguous as configured; empty: found out
     */
    HeapRegion(RegionId id, String path, long limit, Optional<Boolean> contiguous, long recycle, Descriptors descriptors, DmaBufs dmaBufs, Machine machine)
            throws CallFailed {
        this(id, path, limit, contiguous, Heaps.facts(machine, path), recycle, descriptors, dmaBufs, machine);
    }

    private HeapRegion(RegionId id, String path, long limit, Optional<Boolean> contiguous, HeapFacts facts, long recycle, Descriptors descriptors,
            DmaBufs dmaBufs, Machine machine) throws CallFailed {
        super(id, limit, descriptors.libc().page(), recycle, dmaBufs.mappings(), dmaBufs.recycling(),
                facts.place().map(p -> windows(List.of(p))).orElseGet(() -> ram(machine)));
        this.descriptors = descriptors;
        mappings = dmaBufs.mappings();
        recycling = dmaBufs.recycling();
        heap = descriptors.open(machine.at(path), Libc.O_RDWR);
        // A heap whose name tells nothing is tried: what makes CmaFree fall is one piece, as all that the contiguous allocator gives.
        this.contiguous = contiguous.or(facts::contiguous)
                .orElseGet(() -> Heaps.fromCma(machine, bytes -> descriptors.adopt(CallFailed.check(allocate(bytes), heap.what()), "a trial of " + id)).orElse(false));
    }

    @Override
    public boolean contiguous() {
        return contiguous;
    }

    @Override
    public Outcome<Long> grant(long size) {
        return grant(size, 0);
    }

    @Override
    public synchronized Outcome<Long> grant(long size, long owner) {
        if (size < 1 || size % granule() != 0) {
            throw new IllegalArgumentException(id() + ": a grant of " + size + " bytes: a multiple of " + granule());
        }
        Optional<Refusal> beyond = beyond(size);
        if (beyond.isPresent()) {
            return Outcome.no(beyond.get());
        }
        Optional<Long> again = again(size, owner);
        if (again.isPresent()) {
            return Outcome.ok(again.get());
        }
        makeRoom(size);
        int fd = recycling.make(() -> allocate(size));
        if (fd < 0) {
            Refusal why = Refusal.of(Errno.of(-fd), "heap", heap.what() + " said " + Failures.name(-fd), size + " bytes");
            return Outcome.no(why.errno() == Errno.EMFILE ? why.fixedBy("ulimit -n 65536") : why);
        }
        Descriptor dmaBuf = descriptors.adopt(fd, "dma-buf of " + id());
        mappings.keep(dmaBuf, size);
        return add(owner, dmaBuf, size, size, true);
    }

    private int allocate(long size) {
        try (Arena arena = Arena.ofConfined()) {
            DmaHeapAllocation call = new DmaHeapAllocation(arena.allocate(DmaHeapAllocation.LAYOUT)).length(size).fdFlags(Libc.O_RDWR | Libc.O_CLOEXEC);
            int done = heap.ioctl(DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment());
            return done < 0 ? done : call.fd();
        }
    }

    @Override
    String origin() {
        return heap.what();
    }

    @Override
    public synchronized void close() {
        super.close();
        heap.close();
    }
}
