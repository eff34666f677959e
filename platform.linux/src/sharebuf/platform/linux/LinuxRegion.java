package sharebuf.platform.linux;

import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Outcome;
import sharebuf.linux.Descriptor;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.Windows;

/** Memory whose pages the kernel picks. Thread-safe. */
abstract sealed class LinuxRegion implements MemoryRegion, AutoCloseable permits PoolRegion, GrantedRegion {
    private final RegionId id;
    private final long size;
    private final long granule;
    private final Windows within;

    LinuxRegion(RegionId id, long size, long granule, Windows within) {
        this.id = id;
        this.size = size;
        this.granule = granule;
        this.within = within;
    }

    /** Where pages of the system are; anywhere when the kernel does not show it. */
    static Windows ram(Machine machine) {
        return machine.ram().map(LinuxRegion::windows).orElse(Windows.ALL);
    }

    static Windows windows(List<Machine.Range> ranges) {
        return new Windows(ranges.stream().map(r -> new Windows.Window(r.first(), r.last())).toList());
    }

    /** The open file behind an extent, and where in it the extent is. */
    abstract FilePiece piece(Extent extent);

    /** The same with what of the file nobody uses: it becomes known to devices together with the rest. */
    FilePiece whole(Extent extent) {
        return piece(extent);
    }

    /** Whether extents are lent as pieces of their file, which then shows the taker all of it. */
    boolean shared() {
        return false;
    }

    /** The dma-buf that an extent is already. */
    abstract Optional<Descriptor> dmaBuf(Extent extent);

    /** Where udmabufs of its pieces go when their object ends; empty where pieces are dma-bufs already. */
    Optional<Magazine<List<FilePiece>, Descriptor>> udmabufs() {
        return Optional.empty();
    }

    /** Whether an extent reads zero because nobody touched it since the kernel gave it. */
    abstract boolean untouched(Extent extent);

    @Override
    public abstract void close();

    @Override
    public final RegionId id() {
        return id;
    }

    @Override
    public final long base() {
        return 0;
    }

    @Override
    public final long size() {
        return size;
    }

    @Override
    public final long granule() {
        return granule;
    }

    @Override
    public final boolean addressesKnown() {
        return false;
    }

    @Override
    public final Windows within() {
        return within;
    }

    @Override
    public final boolean reusable() {
        return false;
    }

    @Override
    public final boolean mapped() {
        return true;
    }

    @Override
    public final List<Extent> reserved() {
        return List.of();
    }

    @Override
    public final Outcome<Long> vacate(long offset, long bytes) {
        return Outcome.ok(0L);
    }
}
