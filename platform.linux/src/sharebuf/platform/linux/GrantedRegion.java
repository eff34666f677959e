package sharebuf.platform.linux;

import java.util.Optional;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.linux.Descriptor;
import sharebuf.linux.FilePiece;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Windows;

/**
 * Memory that comes as dma-bufs: each extent is one, from its first byte. How many bytes are out at a time is bounded here. Thread-safe.
 */
abstract sealed class GrantedRegion extends LinuxRegion permits HeapRegion, DriverRegion {
    private static final class Granted {
        private final long number;
        private final long owner;
        private final Descriptor dmaBuf;
        private final long size;
        /** Of the dma-buf, at least {@link #size}. */
        private final long whole;
        private boolean untouched;

        private Granted(long number, long owner, Descriptor dmaBuf, long size, long whole, boolean zero) {
            this.number = number;
            this.owner = owner;
            this.dmaBuf = dmaBuf;
            this.size = size;
            this.whole = whole;
            untouched = zero;
        }
    }

    private final Mappings mappings;
    private final Recycling recycling;
    private final TreeMap<Long, Granted> granted = new TreeMap<>();
    /** By size. What is kept keeps its number. */
    private final Magazine<Long, Granted> kept;
    private long used;

    /**
     * Nothing is granted.
     *
     * @param recycle bytes that are kept when they are given back; 0: none
     */
    GrantedRegion(RegionId id, long limit, long granule, long recycle, Mappings mappings, Recycling recycling, Windows within) {
        super(id, limit, granule, within);
        this.mappings = mappings;
        this.recycling = recycling;
        kept = new Magazine<>(Math.min(recycle, limit), this::end);
        recycling.add(kept);
    }

    @Override
    public final RegionKind kind() {
        return RegionKind.GRANTED;
    }

    /** Whether so many bytes more are within the limit. */
    final synchronized Optional<Refusal> beyond(long more) {
        return more <= size() - used ? Optional.empty()
                : Optional.of(Refusal.of(Errno.ENOMEM, "size", used + " of at most " + size() + " bytes are granted", more + " bytes more")
                        .fixedBy("a larger 'size' in the configuration of region " + id()));
    }

    /**
     * Grants what was given back before.
     *
     * @param owner who gets it: what it gave back itself is the first choice
     * @return its number; empty when nothing of that size is kept
     */
    final synchronized Optional<Long> again(long size, long owner) {
        return kept.take(size, owner).map(k -> {
            granted.put(k.number, new Granted(k.number, owner, k.dmaBuf, k.size, k.whole, k.untouched));
            used += k.whole;
            return k.number;
        });
    }

    /** Lets go of what is kept, the oldest first, until there is room for so many bytes within the limit. */
    final void makeRoom(long more) {
        kept.shrink(size() - used - more);
    }

    /**
     * Adds an extent, within the limit or not.
     *
     * @param owner who gets it; 0 for nobody in particular
     * @param size of the extent
     * @param whole size of the dma-buf, at least that of the extent
     * @param zero whether it is known to read zero
     * @return its number
     */
    final synchronized Outcome<Long> add(long owner, Descriptor dmaBuf, long size, long whole, boolean zero) {
        long offset = gap(size);
        granted.put(offset, new Granted(offset, owner, dmaBuf, size, whole, zero));
        used += whole;
        return Outcome.ok(offset);
    }

    /** The lowest number where an extent overlaps no other; numbers stand for nothing, so they may pass the size. */
    private long gap(long size) {
        TreeMap<Long, Granted> taken = new TreeMap<>(granted);
        kept.all().forEach(k -> taken.put(k.thing().number, k.thing()));
        long at = 0;
        for (Granted each : taken.values()) {
            if (each.number - at >= size) {
                break;
            }
            at = each.number + each.size;
        }
        return at;
    }

    @Override
    public final synchronized void ungrant(Extent extent) {
        need(extent);
        Granted gone = granted.remove(extent.offset());
        used -= gone.whole;
        // Under the lock: its number is taken as long as it is kept.
        kept.keep(gone.size, gone.owner, gone, gone.whole, () -> recycling.onlyOurs(gone.dmaBuf));
    }

    private void end(Granted gone) {
        mappings.drop(gone.dmaBuf);
        gone.dmaBuf.close();
    }

    @Override
    final synchronized FilePiece piece(Extent extent) {
        Granted g = need(extent);
        g.untouched = false; // whoever asks for the file is about to write it
        return new FilePiece(g.dmaBuf, 0, g.size);
    }

    @Override
    final synchronized FilePiece whole(Extent extent) {
        Granted g = need(extent);
        g.untouched = false;
        return new FilePiece(g.dmaBuf, 0, g.whole);
    }

    @Override
    final synchronized Optional<Descriptor> dmaBuf(Extent extent) {
        Granted g = need(extent);
        g.untouched = false;
        return Optional.of(g.dmaBuf);
    }

    @Override
    final synchronized boolean untouched(Extent extent) {
        return need(extent).untouched;
    }

    private Granted need(Extent extent) {
        Granted g = granted.get(extent.offset());
        if (g == null || g.size != extent.size()) {
            throw new IllegalArgumentException(extent + " was not granted by " + origin());
        }
        return g;
    }

    /** Where the memory comes from, for messages. */
    abstract String origin();

    @Override
    public synchronized void close() {
        recycling.remove(kept);
        granted.values().forEach(this::end);
        granted.clear();
        used = 0;
    }

    @Override
    public final synchronized String toString() {
        return id() + ": " + origin() + ", " + used + " of " + size() + " bytes granted as " + granted.size() + " dma-bufs, "
                + kept.bytes() + " kept as " + kept.count();
    }
}
