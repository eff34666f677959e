package sharebuf.broker.ledger;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.ObjectId;
import sharebuf.format.Layout;
import sharebuf.platform.Platform;

/**
 * A live buffer: its memory, its leases, its fences.
 *
 * <p>Thread-safe.
 */
public final class BufferRecord {
    private final BufferId id;
    private final BufferSpec spec;
    private final Layout layout;
    private final List<ObjectMemory> objects;
    private final Reservation reservation = new Reservation();
    private final Pins pins = new Pins();
    private final TreeMap<Long, Lease> leases = new TreeMap<>();
    private final List<MemorySegment> views = new ArrayList<>();
    private Arena arena;
    private int cpuAccesses;
    private long firstLease;
    private boolean shared;
    private boolean freed;
    private volatile boolean forCpu;

    private record Lease(String owner, int count) {
    }

    /**
     * Memory was taken for a buffer.
     *
     * @param id its name
     * @param spec what it is
     * @param layout objects and planes
     * @param objects the memory of each object
     */
    public BufferRecord(BufferId id, BufferSpec spec, Layout layout, List<ObjectMemory> objects) {
        this.id = id;
        this.spec = spec;
        this.layout = layout;
        this.objects = List.copyOf(objects);
    }

    /**
     * Its name.
     *
     * @return the id
     */
    public BufferId id() {
        return id;
    }

    /**
     * What it is.
     *
     * @return the spec
     */
    public BufferSpec spec() {
        return spec;
    }

    /**
     * Objects and planes.
     *
     * @return the layout
     */
    public Layout layout() {
        return layout;
    }

    /**
     * The memory of each object.
     *
     * @return in order
     */
    public List<ObjectMemory> objects() {
        return objects;
    }

    /**
     * The name of an object.
     *
     * @param index from 0
     * @return the id
     */
    public ObjectId object(int index) {
        return new ObjectId(id, index);
    }

    /**
     * Its fences.
     *
     * @return the reservation
     */
    public Reservation reservation() {
        return reservation;
    }

    /**
     * Who outside keeps it where it is.
     *
     * @return the pins
     */
    public Pins pins() {
        return pins;
    }

    /**
     * The CPU is among the uses: memory without pages gets a mapping when it is opened.
     */
    public void forCpu() {
        forCpu = true;
    }

    /**
     * Whether the CPU is, or was, among the uses.
     *
     * @return true when so
     */
    public boolean isForCpu() {
        return forCpu;
    }

    /**
     * Somebody takes a lease.
     *
     * @param session number of the session
     * @param owner its name
     * @return false when it was freed
     */
    public synchronized boolean lease(long session, String owner) {
        if (freed) {
            return false;
        }
        if (firstLease == 0) {
            firstLease = session;
        }
        shared |= firstLease != session;
        leases.merge(session, new Lease(owner, 1), (a, b) -> new Lease(owner, a.count + 1));
        return true;
    }

    /**
     * Somebody gives a lease back.
     *
     * @param session number of the session
     * @return true when that was the last: free it now
     */
    public synchronized boolean unlease(long session) {
        leases.computeIfPresent(session, (s, l) -> l.count == 1 ? null : new Lease(l.owner, l.count - 1));
        return mayFree();
    }

    private boolean mayFree() {
        if (!freed && leases.isEmpty() && cpuAccesses == 0) {
            freed = true;
            return true;
        }
        return false;
    }

    /**
     * Who alone could write it: its bytes are nobody else's.
     *
     * @return number of the only session that ever had a lease; {@link RegionLedger#NOBODY} when several had, a driver, or
     *         somebody outside
     */
    public synchronized long onlyWriter() {
        return shared || pins.outside() ? RegionLedger.NOBODY : firstLease;
    }

    /**
     * Who holds it.
     *
     * @return names of sessions
     */
    public synchronized List<String> holders() {
        return leases.values().stream().map(Lease::owner).toList();
    }

    /**
     * The CPU opens it: the bytes of each object, made visible at the first access and kept until the buffer is freed.
     *
     * @param platform makes them visible
     * @return one segment an object; empty when the buffer was freed
     */
    public synchronized List<MemorySegment> open(Platform platform) {
        if (freed) {
            return List.of();
        }
        if (arena == null) {
            Arena shared = Arena.ofShared();
            try {
                for (ObjectMemory m : objects) {
                    views.add(platform.view(m.extents(), shared).asSlice(0, m.size()));
                }
                arena = shared;
            } finally {
                if (arena == null) {
                    views.clear();
                    shared.close();
                }
            }
        }
        cpuAccesses++;
        return List.copyOf(views);
    }

    /**
     * The CPU is done.
     *
     * @return true when the last lease went meanwhile: free it now
     */
    public synchronized boolean shut() {
        cpuAccesses--;
        return mayFree();
    }

    /**
     * Ends the CPU's view; segments handed out throw from now on. A thread in the middle of a system call on one of them, writing it
     * to a file say, is waited for.
     *
     * @param limitNanos how long
     * @return false when somebody still is in such a call: the memory must not be used again
     */
    public synchronized boolean closeView(long limitNanos) {
        long end = System.nanoTime() + limitNanos;
        while (arena != null) {
            try {
                arena.close();
                arena = null;
                views.clear();
            } catch (IllegalStateException e) {
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                LockSupport.parkNanos(this, 1_000_000);
            }
        }
        return true;
    }
}
