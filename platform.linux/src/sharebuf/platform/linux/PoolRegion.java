package sharebuf.platform.linux;

import java.util.List;
import java.util.Optional;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;

/**
 * A memfd, carved by whoever sits in its seat: extents are ranges of the file, the kernel picks the pages when they are first
 * touched. Sealed against growing and shrinking, as udmabuf asks, for its pages to stay. Thread-safe.
 */
final class PoolRegion extends LinuxRegion {
    private final Descriptor file;
    private final boolean shared;
    private final Mappings mappings;
    private final Recycling recycling;
    /** By pieces. */
    private final Magazine<List<FilePiece>, Descriptor> udmabufs;

    PoolRegion(RegionId id, long size, boolean shared, long recycle, Descriptors descriptors, DmaBufs dmaBufs, Machine machine) throws CallFailed {
        super(id, size, descriptors.libc().page(), ram(machine));
        this.shared = shared;
        Libc libc = descriptors.libc();
        mappings = dmaBufs.mappings();
        recycling = dmaBufs.recycling();
        udmabufs = new Magazine<>(recycle, Descriptor::close);
        String what = "memfd of " + id;
        file = descriptors.adopt(CallFailed.check(libc.memfd("sharebuf-" + id, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), what), what);
        try {
            CallFailed.check(libc.truncate(file.number(), size), what + " of " + size + " bytes");
            CallFailed.check(libc.fcntl(file.number(), Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_SEAL), "seals of " + what);
        } catch (CallFailed e) {
            file.close();
            throw e;
        }
        mappings.keep(file, size);
        recycling.add(udmabufs);
    }

    @Override
    public RegionKind kind() {
        return RegionKind.PLACED;
    }

    @Override
    public boolean contiguous() {
        return false;
    }

    @Override
    FilePiece piece(Extent extent) {
        if (extent.end() > size()) {
            throw new IllegalArgumentException(extent + " leaves the pool of 0x" + Long.toHexString(size()) + " bytes");
        }
        return new FilePiece(file, extent.offset(), extent.size());
    }

    @Override
    boolean shared() {
        return shared;
    }

    @Override
    Optional<Descriptor> dmaBuf(Extent extent) {
        return Optional.empty();
    }

    @Override
    Optional<Magazine<List<FilePiece>, Descriptor>> udmabufs() {
        return Optional.of(udmabufs);
    }

    @Override
    boolean untouched(Extent extent) {
        return false; // pages are used again
    }

    @Override
    public void close() {
        recycling.remove(udmabufs);
        mappings.drop(file);
        file.close();
    }

    @Override
    public String toString() {
        return id() + ": memfd of 0x" + Long.toHexString(size()) + " bytes, " + udmabufs.count() + " dma-bufs kept";
    }
}
