package sharebuf.importer.v4l2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;

/**
 * Which of the broker's buffers the driver has, and in which slot. The rule that it keeps: as many fences of a buffer are begun as
 * slots have it.
 *
 * <pre>
 *   begin --- driver takes it --- entered ------- driver gives it back --- returned
 *      \----- driver refuses ---- refused
 * </pre>
 *
 * <p>No ioctl here. Guarded by the lock of its queue.
 */
final class Slots {
    private final Fences fences;
    private final UseId use;
    private final List<Slot> slots = new ArrayList<>();

    Slots(Fences fences, UseId use) {
        this.fences = fences;
        this.use = use;
    }

    int count() {
        return slots.size();
    }

    Optional<Slot> find(int index) {
        return index < 0 || index >= slots.size() ? Optional.empty() : Optional.of(slots.get(index));
    }

    /** New slots in place of the old ones, which the driver has given back. */
    void replace(int count) {
        returnAll();
        slots.clear();
        for (int i = 0; i < count; i++) {
            slots.add(new Slot());
        }
    }

    /** False when the buffer is being moved, and the job has to wait for the end of that. */
    boolean begin(BufferId buffer) {
        return fences.tryBegin(use, buffer);
    }

    void keep(BufferId buffer) {
        fences.keep(use, buffer);
    }

    void letGo(BufferId buffer) {
        fences.letGo(use, buffer);
    }

    void refused(BufferId buffer) {
        fences.complete(use, buffer);
    }

    void entered(Slot slot, BufferId buffer) {
        slot.inFlight = Optional.of(buffer);
        slot.last = slot.inFlight;
    }

    void returned(Slot slot) {
        if (slot.inFlight.isPresent()) {
            BufferId buffer = slot.inFlight.get();
            slot.inFlight = Optional.empty();
            fences.complete(use, buffer);
        }
    }

    /** The stream stopped: nothing is with the driver, and it remembers nothing. */
    void returnAll() {
        for (Slot slot : slots) {
            returned(slot);
            slot.last = Optional.empty();
        }
    }

    /** Whether the driver may touch one of these buffers; {@code later} counts those that it gave back and may still read. */
    boolean touches(List<BufferId> buffers, boolean later) {
        return slots.stream().anyMatch(slot -> (later ? slot.last : slot.inFlight).filter(buffers::contains).isPresent());
    }

    /** Begins anew with what another instance left to the driver; its fences are begun already. */
    void forget() {
        slots.clear();
    }

    /** A slot that the driver has, in the order of its index. */
    void found(Optional<BufferId> last, boolean inFlight) {
        Slot slot = new Slot();
        slot.last = last;
        slot.inFlight = inFlight ? last : Optional.empty();
        slots.add(slot);
    }

    /** Of these buffers, completes those that the driver does not have: an instance that failed between fence and ioctl left them. */
    void heal(Set<BufferId> attached) {
        for (BufferId buffer : attached) {
            if (!touches(List.of(buffer), false)) {
                fences.complete(use, buffer);
            }
        }
    }
}
