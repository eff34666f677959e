package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Writes of a device that come later than it said: posted writes that nobody flushed, and the rest of a frame that was called done too
 * early. Only injected faults put something here.
 *
 * <p>Confined to the device's thread.
 */
final class LateWrites {
    private record Late(Slot slot, Picture picture, MemorySegment packed, int from) {
    }

    private final List<Late> held = new ArrayList<>();

    /**
     * Holds the lines of a picture from one on.
     *
     * @param packed the pixels; copied, since the device draws the next frame there
     */
    void hold(Slot slot, Picture picture, MemorySegment packed, int from) {
        MemorySegment copy = Arena.ofAuto().allocate(packed.byteSize(), Long.BYTES);
        MemorySegment.copy(packed, 0, copy, 0, packed.byteSize());
        held.add(new Late(slot, picture, copy, from));
    }

    /** Writes what is held of a slot, before the next job fills it: later, older bytes would overwrite newer ones. */
    void drain(DmaEngine engine, Slot next) {
        for (Iterator<Late> all = held.iterator(); all.hasNext();) {
            Late late = all.next();
            if (late.slot == next) {
                all.remove();
                late.picture.move(engine, late.packed, late.from, late.picture.height(), true, () -> true);
            }
        }
    }

    /** Forgets what was held: the device was reset. */
    void discard() {
        held.clear();
    }
}
