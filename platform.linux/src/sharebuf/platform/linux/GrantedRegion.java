package sharebuf.platform.linux;

import java.util.Map;
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
        private final Descriptor dmaBuf;
        private final long size;
        /** Of the dma-buf, at least {@link #size}. */
        private final long whole;
        private boolean untouched;

        private Granted(Descriptor dmaBuf, long size, long whole, boolean zero) {
            this.dmaBuf = dmaBuf;
            this.size = size;
            this.whole = whole;
            untouched = zero;
        }
    }

    private final TreeMap<Long, Granted> granted = new TreeMap<>();
    private long used;

    GrantedRegion(RegionId id, long limit, long granule, Windows within) {
        super(id, limit, granule, within);
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
     * Adds an extent, within the limit or not.
     *
     * @param size of the extent
     * @param whole size of the dma-buf, at least that of the extent
     * @param zero whether it is known to read zero
     * @return its number
     */
    final synchronized Outcome<Long> add(Descriptor dmaBuf, long size, long whole, boolean zero) {
        long offset = gap(size);
        granted.put(offset, new Granted(dmaBuf, size, whole, zero));
        used += whole;
        return Outcome.ok(offset);
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
    public final synchronized void ungrant(Extent extent) {
        need(extent);
        Granted gone = granted.remove(extent.offset());
        used -= gone.whole;
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
        granted.values().forEach(g -> g.dmaBuf.close());
        granted.clear();
        used = 0;
    }

    @Override
    public final synchronized String toString() {
        return id() + ": " + origin() + ", " + used + " of " + size() + " bytes granted as " + granted.size() + " dma-bufs";
    }
}
