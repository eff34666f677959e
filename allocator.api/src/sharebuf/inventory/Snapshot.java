package sharebuf.inventory;

import java.util.List;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.ObjectId;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.mapping.Mapped;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionKind;

/**
 * The ledger at one moment.
 *
 * <p>Immutable.
 *
 * @param seats every seat
 * @param regions every region with its live extents
 * @param buffers every live buffer
 * @param mappings every live mapping
 * @param sessions every open session
 * @param holdings everything that sessions took and did not give back yet, oldest first
 * @param sets every open set, by number
 */
public record Snapshot(List<Seat> seats, List<Region> regions, List<Buffer> buffers, List<Mapped> mappings, List<Owner> sessions, List<Holding> holdings,
        List<LiveSet> sets) {
    /**
     * Without what sessions hold.
     *
     * @param seats every seat
     * @param regions every region with its live extents
     * @param buffers every live buffer
     * @param mappings every live mapping
     * @param sessions every open session
     */
    public Snapshot(List<Seat> seats, List<Region> regions, List<Buffer> buffers, List<Mapped> mappings, List<Owner> sessions) {
        this(seats, regions, buffers, mappings, sessions, List.of(), List.of());
    }

    /** Copies the lists. */
    public Snapshot {
        holdings = List.copyOf(holdings);
        sets = List.copyOf(sets);
        seats = List.copyOf(seats);
        regions = List.copyOf(regions);
        buffers = List.copyOf(buffers);
        mappings = List.copyOf(mappings);
        sessions = List.copyOf(sessions);
    }

    /** Whether somebody sits in a seat. */
    public enum SeatState {
        /** A plug-in serves it. */
        SEATED,
        /** Its service went; what is live stays, new requests wait or go elsewhere. */
        AWAY,
        /** Nobody serves it, and nobody is waited for. */
        GONE
    }

    /**
     * A seat.
     *
     * @param kind allocator, mapops, importer or exporter
     * @param name the region, address space, device or exporter
     * @param plugin the plug-in's {@code service.pid}; empty when nobody sat there yet
     * @param bundle its bundle and version; empty when nobody sat there yet
     * @param state whether it is there
     * @param reason why not; empty when it is there
     */
    public record Seat(String kind, String name, String plugin, String bundle, SeatState state, String reason) {
    }

    /**
     * A region.
     *
     * @param name its name
     * @param kind placed or granted
     * @param base first CPU address, unsigned
     * @param size in bytes
     * @param granule in bytes
     * @param used bytes of live extents
     * @param lodged true when others borrow what is free
     * @param extents live extents in ascending order
     * @param reserved extents that nobody may use
     * @param addressesKnown false when offsets are no CPU addresses: the kernel picked the pages
     */
    public record Region(String name, RegionKind kind, long base, long size, long granule, long used, boolean lodged, List<Owned> extents,
            List<Extent> reserved, boolean addressesKnown) {
        /** Copies the lists. */
        public Region {
            extents = List.copyOf(extents);
            reserved = List.copyOf(reserved);
        }

        /**
         * One whose addresses are known.
         *
         * @param name its name
         * @param kind placed or granted
         * @param base first CPU address, unsigned
         * @param size in bytes
         * @param granule in bytes
         * @param used bytes of live extents
         * @param lodged true when others borrow what is free
         * @param extents live extents in ascending order
         * @param reserved extents that nobody may use
         */
        public Region(String name, RegionKind kind, long base, long size, long granule, long used, boolean lodged, List<Owned> extents, List<Extent> reserved) {
            this(name, kind, base, size, granule, used, lodged, extents, reserved, true);
        }
    }

    /**
     * A live extent with its owner.
     *
     * @param extent the extent
     * @param object the object
     * @param owner name of the session
     */
    public record Owned(Extent extent, ObjectId object, String owner) {
    }

    /**
     * A live buffer.
     *
     * @param id its name
     * @param generation how often it was moved
     * @param spec what it is
     * @param layout objects and planes
     * @param objects its memory, one an object
     * @param uses who is attached
     * @param holders names of the sessions that hold it
     * @param fences unfinished jobs, as text
     * @param pins who outside of this process keeps it where it is
     */
    public record Buffer(BufferId id, int generation, BufferSpec spec, Layout layout, List<Memory> objects, List<UseId> uses,
            List<String> holders, List<String> fences, List<Pin> pins) {
        /** Copies the lists. */
        public Buffer {
            objects = List.copyOf(objects);
            uses = List.copyOf(uses);
            holders = List.copyOf(holders);
            fences = List.copyOf(fences);
            pins = List.copyOf(pins);
        }

        /**
         * One that nobody outside has.
         *
         * @param id its name
         * @param generation how often it was moved
         * @param spec what it is
         * @param layout objects and planes
         * @param objects its memory, one an object
         * @param uses who is attached
         * @param holders names of the sessions that hold it
         * @param fences unfinished jobs, as text
         */
        public Buffer(BufferId id, int generation, BufferSpec spec, Layout layout, List<Memory> objects, List<UseId> uses, List<String> holders, List<String> fences) {
            this(id, generation, spec, layout, objects, uses, holders, fences, List.of());
        }
    }

    /** Why a buffer is pinned. */
    public enum PinKind {
        /** Its descriptors are lent. */
        LENT,
        /** Nobody holds it any more, and somebody who took it did not close what it got: the memory waits for that. */
        LEFT,
        /** The memory is somebody else's. */
        IMPORTED
    }

    /**
     * What keeps a buffer where it is.
     *
     * @param kind why
     * @param who the taker, or the giver
     * @param session name of the session that lent or imported it
     * @param at where it was lent or imported: class, method and line
     * @param ageMillis how long ago
     */
    public record Pin(PinKind kind, String who, String session, String at, long ageMillis) {
    }

    /**
     * The memory of an object.
     *
     * @param allocator who chose it: the plug-in's {@code service.pid} when it did
     * @param region where it lies
     * @param extents in order
     */
    public record Memory(String allocator, String region, List<Extent> extents) {
        /** Copies the list. */
        public Memory {
            extents = List.copyOf(extents);
        }
    }

    /**
     * An open session.
     *
     * @param name its name
     * @param bundle the bundle that owns it
     * @param openedAt where it was opened: class, method and line
     * @param ageMillis how long ago
     * @param buffers how many buffers it holds
     */
    public record Owner(String name, String bundle, String openedAt, long ageMillis, int buffers) {
    }

    /** What can be held. */
    public enum HoldingKind {
        /** A set of buffers. */
        SET,
        /** A lease on a buffer of another session. */
        LEASE,
        /** A buffer that the CPU reads or writes. */
        CPU_ACCESS,
        /** Descriptors of a buffer with somebody outside. */
        LENT,
        /** A descriptor of fences. */
        FENCES
    }

    /**
     * Something that a session took. What is old and nobody's any more is a leak: who took it, where, and when is what finds it.
     *
     * @param kind what it is
     * @param what which one, in words
     * @param session name of the session
     * @param bundle the bundle that owns the session
     * @param at where it was taken: class, method and line
     * @param ageMillis how long ago
     */
    public record Holding(HoldingKind kind, String what, String session, String bundle, String at, long ageMillis) {
    }

    /**
     * An open set.
     *
     * @param number by which {@link Operations} names it
     * @param spec what its buffers are
     * @param state how far it has come
     * @param uses who is attached
     * @param buffers its buffers; none while it is only described
     * @param session name of the session that owns it
     * @param bundle the bundle that owns the session
     */
    public record LiveSet(long number, BufferSpec spec, BufferSet.State state, List<UseId> uses, List<BufferId> buffers, String session, String bundle) {
        /** Copies the lists. */
        public LiveSet {
            uses = List.copyOf(uses);
            buffers = List.copyOf(buffers);
        }
    }
}
