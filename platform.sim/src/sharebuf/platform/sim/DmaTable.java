package sharebuf.platform.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;

/**
 * The entries of one device's address space: which addresses it was given, and for which object.
 *
 * <p>Thread-safe: readers see one immutable array, sorted by address. Two entries may overlap, as when a device
 * uses one object in two ways with different segment limits; the wiring makes them lead to the same bytes.
 */
final class DmaTable {
    /**
     * An entry.
     *
     * @param dma first address, unsigned
     * @param size in bytes
     * @param object whose bytes they are
     * @param offset of the first byte in the object
     * @param access what the device may do
     */
    record Entry(long dma, long size, ObjectId object, long offset, Access access) {
        boolean contains(long address) {
            return Long.compareUnsigned(address - dma, size) < 0;
        }

        boolean permits(boolean write) {
            return write ? access.writes() : access.reads();
        }
    }

    /** Entries by first address, and for each the highest last address up to it: where a search may stop. */
    private record State(Entry[] entries, long[] reach) {
        static State of(Entry[] sorted) {
            long[] reach = new long[sorted.length];
            for (int i = 0; i < sorted.length; i++) {
                long last = sorted[i].dma + (sorted[i].size - 1);
                reach[i] = i > 0 && Long.compareUnsigned(reach[i - 1], last) > 0 ? reach[i - 1] : last;
            }
            return new State(sorted, reach);
        }
    }

    private static final Comparator<Entry> ORDER = (a, b) -> {
        int order = Long.compareUnsigned(a.dma, b.dma);
        order = order != 0 ? order : Long.compareUnsigned(a.size, b.size);
        order = order != 0 ? order : a.object.buffer().compareTo(b.object.buffer());
        order = order != 0 ? order : Integer.compare(a.object.index(), b.object.index());
        order = order != 0 ? order : Long.compare(a.offset, b.offset);
        return order != 0 ? order : a.access.compareTo(b.access);
    };

    /** All entries, with how often each was entered. */
    private final TreeMap<Entry, Integer> entries = new TreeMap<>(ORDER);
    /** What a device sends to reach an object that is shown to it in another order than its entries are. */
    private final Map<ObjectId, ScatterList> shown = new ConcurrentHashMap<>();
    /** What readers use; null after a change, then the next reader makes it: a map of thousands of pages sorts once. */
    private volatile State state = State.of(new Entry[0]);

    synchronized void enter(Entry entry) {
        entries.merge(entry, 1, Integer::sum);
        state = null;
    }

    /**
     * Removes entries: the one of that place and size, or else all that lie in the range.
     *
     * @return false when the object has none there
     */
    synchronized boolean remove(ObjectId object, long dma, long size) {
        boolean removed = removeOne(object, dma, size) || removeInside(object, dma, size);
        if (shown.containsKey(object) && entries.keySet().stream().noneMatch(e -> e.object.equals(object))) {
            shown.remove(object);
        }
        return removed;
    }

    private boolean removeInside(ObjectId object, long dma, long size) {
        List<Entry> inside = entries.tailMap(new Entry(dma, 0, object, Long.MIN_VALUE, Access.READ)).keySet().stream()
                .takeWhile(e -> e.dma - dma < size && e.dma - dma >= 0).filter(e -> e.object.equals(object) && e.size <= size - (e.dma - dma)).toList();
        inside.forEach(e -> removeOne(object, e.dma, e.size));
        return !inside.isEmpty();
    }

    private boolean removeOne(ObjectId object, long dma, long size) {
        Entry found = entries.ceilingKey(new Entry(dma, size, object, Long.MIN_VALUE, Access.READ));
        if (found == null || found.dma != dma || found.size != size || !found.object.equals(object)) {
            return false;
        }
        entries.computeIfPresent(found, (_, count) -> count == 1 ? null : count - 1);
        state = null;
        return true;
    }

    /** From now on the device is programmed with these addresses when it shall reach the object, as long as there are entries of it. */
    void show(ObjectId object, ScatterList list) {
        shown.put(object, list);
    }

    /** All entries. */
    synchronized List<Entry> all() {
        List<Entry> list = new ArrayList<>();
        entries.forEach((entry, count) -> list.addAll(Collections.nCopies(count, entry)));
        return list;
    }

    /** Entries of one object become the other's, and the other way round: each leads where it led. */
    synchronized void exchange(ObjectId a, ObjectId b) {
        Optional<ScatterList> ofA = Optional.ofNullable(shown.remove(a));
        Optional<ScatterList> ofB = Optional.ofNullable(shown.remove(b));
        ofA.ifPresent(list -> shown.put(b, list));
        ofB.ifPresent(list -> shown.put(a, list));
        TreeMap<Entry, Integer> renamed = new TreeMap<>(ORDER);
        entries.forEach((e, count) -> renamed.put(new Entry(e.dma, e.size, e.object.equals(a) ? b : e.object.equals(b) ? a : e.object, e.offset, e.access), count));
        entries.clear();
        entries.putAll(renamed);
        state = null;
    }

    private State state() {
        State s = state;
        return s != null ? s : rebuilt();
    }

    private synchronized State rebuilt() {
        if (state == null) {
            state = State.of(entries.keySet().toArray(Entry[]::new));
        }
        return state;
    }

    /**
     * The entry that an access goes through.
     *
     * @param dma the address as sent
     * @param write what the device does there
     * @return an entry that contains the first byte and permits the access, else one that only contains it, else null
     */
    Entry find(long dma, boolean write) {
        State s = state();
        int i = floor(s.entries, dma);
        Entry other = null;
        for (; i >= 0 && Long.compareUnsigned(s.reach[i], dma) >= 0; i--) {
            Entry entry = s.entries[i];
            if (entry.contains(dma)) {
                if (entry.permits(write)) {
                    return entry;
                }
                other = entry;
            }
        }
        return other;
    }

    /**
     * The scatter list of an object, as a driver programs it into its device: entries that cover the object's bytes in order.
     *
     * @param object the object
     * @param write what the device will do; entries that permit it come first
     * @return the list; shorter than the object when entries are missing, empty when there is none
     */
    ScatterList scatterList(ObjectId object, boolean write) {
        ScatterList other = shown.get(object);
        if (other != null) {
            return other;
        }
        Entry[] own = Arrays.stream(state().entries).filter(e -> e.object.equals(object))
                .sorted((a, b) -> Long.compare(a.offset, b.offset)).toArray(Entry[]::new);
        long[] dma = new long[own.length];
        long[] start = new long[own.length];
        int count = 0;
        long covered = 0;
        while (true) {
            Entry best = null;
            for (Entry e : own) {
                if (e.offset > covered) {
                    break;
                }
                boolean further = e.offset + e.size > covered;
                if (further && (best == null || e.permits(write) && !best.permits(write))) {
                    best = e;
                }
            }
            if (best == null) {
                return new ScatterList(Arrays.copyOf(dma, count), Arrays.copyOf(start, count), covered);
            }
            dma[count] = best.dma + (covered - best.offset);
            start[count++] = covered;
            covered = best.offset + best.size;
        }
    }

    int size() {
        return state().entries.length;
    }

    private static int floor(Entry[] entries, long dma) {
        int low = 0;
        int high = entries.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(entries[middle].dma, dma) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
