package sharebuf.broker.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Span;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/**
 * What is live in one region, and the guard in front of it: whoever proposes an extent, one that overlaps a live or reserved one,
 * leaves the region or breaks the granule is refused.
 *
 * <p>Thread-safe, with a lock of its own: regions do not disturb each other.
 */
public final class RegionLedger {
    /** In place of a session's number: several sessions, or none. Sessions count from 1. */
    public static final long NOBODY = 0;

    /** Who an extent belongs to; null values of the map's entries mean that nobody may use it. */
    private static final class Owner {
        private final long size;
        private ObjectId object;
        private Optional<Note> note = Optional.empty();

        private Owner(long size, ObjectId object) {
            this.size = size;
            this.object = object;
        }
    }

    private final MemoryRegion region;
    private final TreeMap<Long, Owner> live = new TreeMap<>();
    private final List<Extent> reserved;
    private final Leftovers leftovers = new Leftovers();
    private long used;
    /** Of whoever follows; null while nobody does. */
    private Journal journal;

    /**
     * Nothing is live.
     *
     * @param region the region
     */
    public RegionLedger(MemoryRegion region) {
        this.region = region;
        this.reserved = List.copyOf(region.reserved());
    }

    /**
     * The region.
     *
     * @return as the platform gave it
     */
    public MemoryRegion region() {
        return region;
    }

    /**
     * Takes an extent.
     *
     * @param offset from the region's start
     * @param size in bytes
     * @param object whose it becomes
     * @return false when some of it is taken or reserved
     * @throws IllegalArgumentException when it leaves the region or breaks the granule
     */
    public boolean claim(long offset, long size, ObjectId object) {
        long granule = region.granule();
        if (offset < 0 || size < 1 || offset % granule != 0 || size % granule != 0) {
            throw new IllegalArgumentException("extent at offset " + offset + " of " + size + " bytes in region " + region.id()
                    + ": both multiples of the granule " + granule + ", offset >= 0, size > 0");
        }
        // In a granted region the offset is a number of the platform's and means nothing: the region itself bounds what it grants.
        if (region.kind() == RegionKind.PLACED && offset > region.size() - size) {
            throw new IllegalArgumentException("extent at offset 0x" + Long.toHexString(offset) + " of 0x" + Long.toHexString(size)
                    + " bytes leaves region " + region.id() + " of 0x" + Long.toHexString(region.size()) + " bytes");
        }
        for (Extent no : reserved) {
            if (offset < no.end() && no.offset() < offset + size) {
                return false;
            }
        }
        synchronized (this) {
            Map.Entry<Long, Owner> below = live.floorEntry(offset);
            if (below != null && below.getKey() + below.getValue().size > offset) {
                return false;
            }
            Long above = live.ceilingKey(offset);
            if (above != null && above < offset + size) {
                return false;
            }
            touch(offset);
            live.put(offset, new Owner(size, object));
            used += size;
            return true;
        }
    }

    /**
     * Takes memory that the kernel grants.
     *
     * @param size in bytes
     * @param object whose it becomes
     * @param session who asks: what it gave back before suits it best; or {@link #NOBODY}
     * @return the extent; refused as the kernel refuses, or with EPROTO when it overlaps a live one
     * @throws IllegalStateException when the region is placed
     */
    public Outcome<Extent> grant(long size, ObjectId object, long session) {
        if (region.kind() != RegionKind.GRANTED) {
            throw new IllegalStateException("region " + region.id() + " is placed: claim an extent of it");
        }
        return region.grant(size, session).then(offset -> recorded(offset, size, object));
    }

    /**
     * Takes memory that a driver made.
     *
     * @param descriptor of a dma-buf; whose it becomes says {@code Claims.take}
     * @param size in bytes
     * @param object whose it becomes
     * @return the extent; refused as the region refuses, or with EPROTO when it overlaps a live one
     * @throws IllegalStateException when the region is placed
     */
    public Outcome<Extent> take(int descriptor, long size, ObjectId object) {
        if (region.kind() != RegionKind.GRANTED) {
            throw new IllegalStateException("region " + region.id() + " is placed: claim an extent of it");
        }
        Outcome<Extent> taken = region.take(descriptor, size).then(offset -> recorded(offset, size, object));
        // Its number means nothing: whoever left something under the same one left it elsewhere.
        taken.asOptional().ifPresent(extent -> leftBy(NOBODY, extent));
        return taken;
    }

    /** What the platform gave becomes live, unless it lies on something that is: then it goes back. */
    private Outcome<Extent> recorded(long offset, long size, ObjectId object) {
        Extent extent = new Extent(region.id(), offset, size);
        if (claim(offset, size, object)) {
            return Outcome.ok(extent);
        }
        region.ungrant(extent);
        return Outcome.no(Refusal.of(Errno.EPROTO, "region " + region.id(), extent + ", which is live already", "memory that nobody has"));
    }

    /**
     * Gives an extent back that nobody wrote.
     *
     * @param extent as claimed
     * @throws IllegalStateException when no such extent is live: a double free
     */
    public void release(Extent extent) {
        end(extent);
        ungrant(extent);
    }

    /**
     * Gives an extent back with what was written in it.
     *
     * @param extent as claimed
     * @param session who alone can have written it since it was claimed, or {@link #NOBODY}
     * @throws IllegalStateException when no such extent is live: a double free
     */
    public void release(Extent extent, long session) {
        synchronized (this) {
            end(extent);
            // In the same turn: whoever claims it next must find who left it. Lodgers may move into a reusable region meanwhile.
            leftovers.put(extent.offset(), extent.end(), region.reusable() ? NOBODY : session);
        }
        ungrant(extent);
    }

    private void end(Extent extent) {
        synchronized (this) {
            Owner owner = live.get(extent.offset());
            if (owner == null || owner.size != extent.size()) {
                throw new IllegalStateException(extent + " is not live: freed twice, or never claimed");
            }
            touch(extent.offset());
            live.remove(extent.offset());
            used -= extent.size();
        }
    }

    private void ungrant(Extent extent) {
        if (region.kind() == RegionKind.GRANTED) {
            region.ungrant(extent);
        }
    }

    /**
     * Whether a live extent reads as a session left it, all of it. Asked once, before anybody gets to see the extent: then what was left is
     * forgotten, and it must be zeroed unless this said yes.
     *
     * @param session who gets it
     * @param extent as claimed
     * @return true when nobody else wrote it since
     */
    public synchronized boolean leftBy(long session, Extent extent) {
        return leftovers.take(extent.offset(), extent.end()) == session && session != NOBODY;
    }

    /**
     * A session is over: what it left is zeroed for whoever comes.
     *
     * @param session its number
     */
    public synchronized void forget(long session) {
        leftovers.forget(session);
    }

    /**
     * Keeps an allocator's note with the extents of an object.
     *
     * @param extents the extents
     * @param note the note
     */
    public synchronized void note(List<Extent> extents, Note note) {
        for (Extent e : extents) {
            Owner owner = live.get(e.offset());
            if (owner != null) {
                touch(e.offset());
                owner.note = Optional.of(note);
            }
        }
    }

    /**
     * Whether an extent is live.
     *
     * @param extent as claimed
     * @return false when nothing or something else lies there
     */
    public synchronized boolean isLive(Extent extent) {
        Owner owner = live.get(extent.offset());
        return extent.region().equals(region.id()) && owner != null && owner.size == extent.size();
    }

    /**
     * Live extents become another object's.
     *
     * @param extents the extents
     * @param object whose they become
     */
    public synchronized void rename(List<Extent> extents, ObjectId object) {
        for (Extent e : extents) {
            Owner owner = live.get(e.offset());
            if (owner != null) {
                owner.object = object;
            }
        }
    }

    /**
     * Everything that is live.
     *
     * @return in ascending order, with notes
     */
    public synchronized List<Live.Held> held() {
        List<Live.Held> list = new ArrayList<>(live.size());
        live.forEach((offset, owner) -> list.add(held(offset, owner)));
        return list;
    }

    private Live.Held held(long offset, Owner owner) {
        return new Live.Held(new Extent(region.id(), offset, owner.size), owner.note);
    }

    private Optional<Live.Held> heldAt(long offset) {
        Owner owner = live.get(offset);
        return owner == null ? Optional.empty() : Optional.of(held(offset, owner));
    }

    private void touch(long offset) {
        if (journal != null) {
            journal.touch(offset, heldAt(offset));
        }
    }

    /**
     * Follows what changes from here on; nobody else does any more.
     *
     * @return the follower, which {@link Follower#end ends} when it need not know any more
     */
    public synchronized Follower follow() {
        journal = new Journal();
        return new Follower(journal, held());
    }

    /** Knows what was live at a moment, and learns what changed since. Thread-safe. */
    public final class Follower {
        private final Journal own;
        private final List<Live.Held> begun;

        private Follower(Journal own, List<Live.Held> begun) {
            this.own = own;
            this.begun = begun;
        }

        /**
         * What was live when it began.
         *
         * @return in ascending order, with notes
         */
        public List<Live.Held> begun() {
            return begun;
        }

        /**
         * What changed since it began, or since this was asked last.
         *
         * @return empty when it lost track: too much changed, another follows, or this ended
         */
        public Optional<Changes> changes() {
            synchronized (RegionLedger.this) {
                return journal == own ? own.changes(RegionLedger.this::heldAt) : Optional.empty();
            }
        }

        /** Nothing is noted for it any more. */
        public void end() {
            synchronized (RegionLedger.this) {
                if (journal == own) {
                    journal = null;
                }
            }
        }
    }

    /**
     * Calls for each live extent in ascending order.
     *
     * @param each extent and object
     */
    public void forEach(java.util.function.BiConsumer<Extent, ObjectId> each) {
        List<Map.Entry<Extent, ObjectId>> list = new ArrayList<>();
        synchronized (this) {
            live.forEach((offset, owner) -> list.add(Map.entry(new Extent(region.id(), offset, owner.size), owner.object)));
        }
        list.forEach(e -> each.accept(e.getKey(), e.getValue()));
    }

    /**
     * Bytes of live extents.
     *
     * @return the sum
     */
    public synchronized long used() {
        return used;
    }

    /**
     * How many extents are live.
     *
     * @return the number
     */
    public synchronized int count() {
        return live.size();
    }

    /**
     * The CPU addresses of an extent.
     *
     * @param extent of this region
     * @return the span
     */
    public Span span(Extent extent) {
        return new Span(region.base() + extent.offset(), extent.size());
    }
}
