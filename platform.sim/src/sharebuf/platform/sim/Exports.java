package sharebuf.platform.sim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.memory.Extent;

/**
 * The objects that device nodes know, and the descriptors they are known by.
 *
 * <p>Thread-safe. A descriptor is made when first asked for and ends with its object; its number is never used again, so that a stale
 * one is an error and not another buffer.
 */
final class Exports {
    private static final int FIRST = 3; // as if standard input, output and error were open

    /**
     * An object.
     *
     * @param file what it stays, as a dma-buf's inode, whatever it is called
     * @param id its name
     * @param extents its memory in order
     * @param size its bytes
     */
    record Exported(long file, ObjectId id, List<Extent> extents, long size) {
        /** Copies the list. */
        Exported {
            extents = List.copyOf(extents);
        }
    }

    private final Map<ObjectId, Exported> objects = new HashMap<>();
    /** The name of each by what it stays: a display asks for each picture. */
    private final Map<Long, ObjectId> names = new HashMap<>();
    private final Map<ObjectId, Integer> descriptors = new HashMap<>();
    private final Map<Integer, Exported> open = new HashMap<>();
    /** Descriptors that were given away, with what is to be done when they are closed. */
    private final Map<Integer, Runnable> given = new HashMap<>();
    private long drivers = Long.MAX_VALUE;
    private int next = FIRST;
    private long lastFile;

    synchronized void add(ObjectId id, List<Extent> extents, long size) {
        remove(id);
        names.put(lastFile, id);
        objects.put(id, new Exported(lastFile++, id, extents, size));
    }

    /** Exchanges the names of two objects; what they are, and the descriptors of it, stay. */
    synchronized void exchange(ObjectId a, ObjectId b) {
        Exported first = objects.get(a);
        Exported second = objects.get(b);
        if (first == null || second == null) {
            throw new IllegalArgumentException((first == null ? a : b) + " is not exported");
        }
        named(second, a);
        named(first, b);
        Optional<Integer> ofFirst = Optional.ofNullable(descriptors.remove(a));
        Optional<Integer> ofSecond = Optional.ofNullable(descriptors.remove(b));
        ofFirst.ifPresent(d -> descriptors.put(b, d));
        ofSecond.ifPresent(d -> descriptors.put(a, d));
    }

    private void named(Exported object, ObjectId id) {
        Exported renamed = new Exported(object.file(), id, object.extents(), object.size());
        objects.put(id, renamed);
        names.put(object.file(), id);
        open.replaceAll((descriptor, o) -> o.file() == object.file() ? renamed : o);
    }

    /** An object by what it stays; empty when it is no more. */
    synchronized Optional<Exported> find(long file) {
        return Optional.ofNullable(names.get(file)).map(objects::get);
    }

    /**
     * Adds a buffer that a driver made for itself.
     *
     * @return a name; those of the broker count up from 1, these count down from the other end
     */
    synchronized ObjectId addDrivers(Extent extent, long size) {
        ObjectId id = new ObjectId(new BufferId(drivers--), 0);
        add(id, List.of(extent), size);
        return id;
    }

    /**
     * One more descriptor of an object, which whoever gets it has to close.
     *
     * @param id an object that is there
     * @param onClose called when it is closed, without a lock
     */
    synchronized int open(ObjectId id, Runnable onClose) {
        open.put(next, objects.get(id));
        given.put(next, onClose);
        return next++;
    }

    /** Closes a descriptor of {@link #open}; others end with their object. */
    void close(int descriptor) {
        Runnable onClose;
        synchronized (this) {
            onClose = given.remove(descriptor);
            if (onClose == null) {
                return;
            }
            open.remove(descriptor);
        }
        onClose.run();
    }

    synchronized void remove(ObjectId id) {
        Exported gone = objects.remove(id);
        if (gone != null) {
            names.remove(gone.file());
        }
        Integer descriptor = descriptors.remove(id);
        if (descriptor != null) {
            open.remove(descriptor);
        }
    }

    synchronized List<Exported> all() {
        return List.copyOf(objects.values());
    }

    synchronized Optional<Exported> find(ObjectId id) {
        return Optional.ofNullable(objects.get(id));
    }

    /** The descriptor of an object; empty when there is no such object. */
    synchronized Optional<Integer> descriptor(ObjectId id) {
        Exported object = objects.get(id);
        if (object == null) {
            return Optional.empty();
        }
        return Optional.of(descriptors.computeIfAbsent(id, _ -> {
            open.put(next, object);
            return next++;
        }));
    }

    /** The object behind a descriptor. */
    synchronized Optional<Exported> resolve(int descriptor) {
        return Optional.ofNullable(open.get(descriptor));
    }

    /** Descriptors that are open. */
    synchronized int openCount() {
        return open.size();
    }
}
