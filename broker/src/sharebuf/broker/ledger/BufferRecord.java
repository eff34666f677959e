package sharebuf.broker.ledger;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
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
    private final Reservation reservation = new Reservation();
    private final Pins pins = new Pins();
    private final TreeMap<Long, Lease> leases = new TreeMap<>();
    private long firstLease;
    private boolean shared;
    private boolean freed;
    private volatile boolean forCpu;
    private volatile Backing backing;
    private volatile int generation; // the lock of the set orders its changes
    private volatile Supplier<List<Reservation.Fence>> elsewhere = List::of;
    private volatile boolean shadow;

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
        backing = new Backing(this, objects);
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
        return backing.objects();
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

    /** The monitor is held. */
    boolean mayFree() {
        if (!freed && leases.isEmpty() && !backing.isOpen()) {
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
     * The bytes, open for the CPU.
     *
     * @param of the memory that they are
     * @param bytes one segment an object
     */
    public record View(Backing of, List<MemorySegment> bytes) {
    }

    /**
     * The CPU opens it; {@link Backing#shut} ends that.
     *
     * @param platform makes the bytes visible
     * @return the view; empty when the buffer was freed
     */
    public synchronized Optional<View> open(Platform platform) {
        return freed ? Optional.empty() : Optional.of(new View(backing, backing.open(platform, cached())));
    }

    private boolean cached() {
        return !spec.attributes().contains(DmaAttribute.COHERENT) && !spec.attributes().contains(DmaAttribute.WRITE_COMBINE);
    }

    /**
     * Exchanges memory with another buffer, under both names at once: nobody begins or ends an access in between.
     *
     * @param other a buffer that was made later
     * @param names exchanges the names for the platform; when it throws, nothing has changed
     */
    public void exchange(BufferRecord other, Runnable names) {
        if (id.compareTo(other.id) >= 0) {
            throw new IllegalArgumentException(id + " exchanges with " + other.id + ": one that was made later"); // both monitors in one order
        }
        synchronized (this) {
            synchronized (other) {
                names.run();
                Backing mine = backing;
                backing = other.backing;
                other.backing = mine;
                backing.owner(this);
                mine.owner(other);
            }
        }
    }

    /**
     * How often its memory was replaced.
     *
     * @return 0 for the memory it was allocated with
     */
    public int generation() {
        return generation;
    }

    /** Its memory was replaced, for good. */
    public void moved() {
        generation++;
    }

    /**
     * Its memory is also waited for by work that is told elsewhere.
     *
     * @param work asked whenever the memory is to be freed; empty: none is left
     */
    public void heldBy(Supplier<List<Reservation.Fence>> work) {
        elsewhere = work;
        shadow = true;
        synchronized (this) {
            shared = true; // what is in it is another buffer's, with its writers
        }
    }

    /**
     * Whether its memory was, or was to be, another buffer's: then it may be mapped when it is freed.
     *
     * @return false for a buffer of a set, which is unmapped before
     */
    public boolean isShadow() {
        return shadow;
    }

    /**
     * Whether work that may still touch its memory is unfinished.
     *
     * @return as {@link #unfinished} would tell
     */
    public boolean isWorkedOn() {
        return !reservation.isIdle() || shadow && !elsewhere.get().isEmpty();
    }

    /**
     * The work that may still touch its memory.
     *
     * @return empty when it may be used again, as far as is known here
     */
    public List<Reservation.Fence> unfinished() {
        List<Reservation.Fence> all = new ArrayList<>(reservation.pending());
        all.addAll(elsewhere.get());
        return all;
    }

    /**
     * Ends the CPU's view; segments handed out throw from now on. A thread in the middle of a system call on one of them, writing it
     * to a file say, is waited for.
     *
     * @param limitNanos how long
     * @return false when somebody still is in such a call: the memory must not be used again
     */
    public synchronized boolean closeView(long limitNanos) {
        return backing.close(limitNanos);
    }
}
