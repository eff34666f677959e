package sharebuf.broker.ledger;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import sharebuf.platform.Platform;

/**
 * What a buffer is made of: the memory of its objects, and the CPU's view of it. A move exchanges the backings of two buffers; whoever has
 * the view open stays with the memory that it opened.
 *
 * <p>Guarded by the monitor of the buffer that has it.
 */
public final class Backing {
    private final List<ObjectMemory> objects;
    private final List<MemorySegment> views = new ArrayList<>();
    private volatile BufferRecord owner;
    private Arena arena;
    private int accesses;

    Backing(BufferRecord owner, List<ObjectMemory> objects) {
        this.owner = owner;
        this.objects = List.copyOf(objects);
    }

    List<ObjectMemory> objects() {
        return objects;
    }

    void owner(BufferRecord newer) {
        owner = newer;
    }

    boolean isOpen() {
        return accesses > 0;
    }

    /** The bytes of each object, made visible at the first access and kept until the memory is freed. */
    List<MemorySegment> open(Platform platform, boolean cached) {
        if (arena == null) {
            Arena shared = Arena.ofShared();
            try {
                for (ObjectMemory m : objects) {
                    views.add((cached ? platform.view(m.extents(), shared) : platform.uncachedView(m.extents(), shared)).asSlice(0, m.size()));
                }
                arena = shared;
            } finally {
                if (arena == null) {
                    views.clear();
                    shared.close();
                }
            }
        }
        accesses++;
        return List.copyOf(views);
    }

    /**
     * The CPU is done.
     *
     * @param end ends what was begun, for the buffer that has this memory now; it keeps it meanwhile
     * @return that buffer, when nobody holds it any more: free it now
     */
    public Optional<BufferRecord> shut(Consumer<BufferRecord> end) {
        while (true) {
            BufferRecord now = owner;
            synchronized (now) {
                if (owner == now) { // else it was moved in between
                    end.accept(now);
                    accesses--;
                    return now.mayFree() ? Optional.of(now) : Optional.empty();
                }
            }
        }
    }

    /** Ends the view, waiting for system calls on it. False when one lasts. */
    boolean close(long limitNanos) {
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
