package sharebuf.placing;

import java.util.Arrays;
import sharebuf.range.RangeAllocator;

/**
 * Finds the handle of a live range by its offset, in constant time whatever the order: an extent comes back as an offset, and looking it up
 * in the ranges would walk from the last one.
 *
 * <pre>
 *   slot   hash(offset) ...          at most three quarters full; each slot a handle, whose offset the ranges know
 *          [ h ][ - ][ h ][ h ][ - ]    removing moves later ones of a run back, so that no run has a hole
 * </pre>
 *
 * <p>Externally synchronised. 4 bytes a slot.
 */
final class Handles {
    private static final int EMPTY = -1;
    private static final int FIRST = 16;

    private RangeAllocator ranges;
    private int[] slots = new int[FIRST];
    private int used;

    Handles(RangeAllocator ranges) {
        this.ranges = ranges;
        Arrays.fill(slots, EMPTY);
    }

    /** Begins anew. */
    void clear(RangeAllocator other) {
        ranges = other;
        slots = new int[FIRST];
        Arrays.fill(slots, EMPTY);
        used = 0;
    }

    /** Adds a live range. */
    void add(int handle) {
        if (4 * (used + 1) > 3 * slots.length) {
            grow();
        }
        insert(handle);
        used++;
    }

    /** Removes the range that starts at an offset; its handle, or a negative number when there is none. */
    int remove(long offset) {
        int mask = slots.length - 1;
        int at = home(offset);
        while (slots[at] != EMPTY && ranges.offset(slots[at]) != offset) {
            at = at + 1 & mask;
        }
        int handle = slots[at];
        if (handle == EMPTY) {
            return EMPTY;
        }
        int hole = at;
        for (int i = at + 1 & mask; slots[i] != EMPTY; i = i + 1 & mask) {
            // Whoever would be looked for at the hole or before it may move into it.
            if ((i - home(ranges.offset(slots[i])) & mask) >= (i - hole & mask)) {
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = EMPTY;
        used--;
        return handle;
    }

    /** Bytes of the table. */
    long metadataBytes() {
        return 4L * slots.length;
    }

    private void insert(int handle) {
        int mask = slots.length - 1;
        int at = home(ranges.offset(handle));
        while (slots[at] != EMPTY) {
            at = at + 1 & mask;
        }
        slots[at] = handle;
    }

    private int home(long offset) {
        long hash = offset * 0x9E37_79B9_7F4A_7C15L;
        return (int) (hash >>> 33) & slots.length - 1;
    }

    private void grow() {
        int[] old = slots;
        slots = new int[2 * old.length];
        Arrays.fill(slots, EMPTY);
        for (int handle : old) {
            if (handle != EMPTY) {
                insert(handle);
            }
        }
    }
}
