package sharebuf.platform.sim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * @param id its name
     * @param extents its memory in order
     * @param size its bytes
     */
    record Exported(ObjectId id, List<Extent> extents, long size) {
        /** Copies the list. */
        Exported {
            extents = List.copyOf(extents);
        }
    }

    private final Map<ObjectId, Exported> objects = new HashMap<>();
    private final Map<ObjectId, Integer> descriptors = new HashMap<>();
    private final Map<Integer, Exported> open = new HashMap<>();
    private int next = FIRST;

    synchronized void add(ObjectId id, List<Extent> extents, long size) {
        objects.put(id, new Exported(id, extents, size));
        Integer descriptor = descriptors.get(id);
        if (descriptor != null) { // moved: the same dma-buf, other memory
            open.put(descriptor, objects.get(id));
        }
    }

    synchronized void remove(ObjectId id) {
        objects.remove(id);
        Integer descriptor = descriptors.remove(id);
        if (descriptor != null) {
            open.remove(descriptor);
        }
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
