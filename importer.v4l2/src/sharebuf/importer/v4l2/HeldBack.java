package sharebuf.importer.v4l2;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Notes;
import sharebuf.plugin.Note;

/**
 * What the driver cannot tell of slots whose buffers move: which were queued by the application and wait for the end of the move, which the
 * driver still has with the memory from before, and which a codec may still read there. A note on each buffer (schema {@value #SCHEMA}: pairs
 * of a slot and what is with it) tells a successor.
 *
 * <p>Guarded by the lock of its queue.
 */
final class HeldBack {
    private static final String SCHEMA = "v4l2.moving";
    private static final int VERSION = 1;

    /** What is with a slot. The order is that of the note's numbers. */
    private enum What {
        /** Queued by the application, and not with the driver yet. */
        WAITING,
        /** With the driver, in the memory from before. */
        BEFORE,
        /** Given back, and still read. */
        READ
    }

    private record Entry(int slot, BufferId buffer, What what) {
    }

    private final UseId use;
    private final Notes notes;
    private final Deque<Entry> entries = new ArrayDeque<>();

    HeldBack(UseId use, Notes notes) {
        this.use = use;
        this.notes = notes;
    }

    /** An application queued a buffer that is being moved. */
    void waits(int slot, BufferId buffer) {
        add(new Entry(slot, buffer, What.WAITING));
    }

    /** The driver has a buffer as it was before the move. */
    void before(int slot, BufferId buffer) {
        add(new Entry(slot, buffer, What.BEFORE));
    }

    /** A codec may read what was in a slot before the move. */
    void read(int slot, BufferId buffer) {
        add(new Entry(slot, buffer, What.READ));
    }

    private void add(Entry entry) {
        entries.add(entry);
        note(entry.buffer);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The slots that wait for one of these buffers, oldest first. */
    List<Integer> waiting(Collection<BufferId> buffers) {
        return entries.stream().filter(e -> e.what == What.WAITING && buffers.contains(e.buffer)).map(Entry::slot).toList();
    }

    boolean isWaiting(int slot) {
        return entries.stream().anyMatch(e -> e.what == What.WAITING && e.slot == slot);
    }

    /** What a slot waits for, or the driver has of it in the memory from before. */
    Optional<BufferId> queued(int slot) {
        return entries.stream().filter(e -> e.what != What.READ && e.slot == slot).map(Entry::buffer).findFirst();
    }

    /**
     * The driver has other memory in this slot, or nothing.
     *
     * @return the buffers that it does not read there any more
     */
    List<BufferId> over(int slot) {
        return remove(e -> e.slot == slot);
    }

    /** The driver has nothing any more. */
    List<BufferId> allOver() {
        return remove(e -> true);
    }

    private List<BufferId> remove(Predicate<Entry> which) {
        if (entries.isEmpty()) {
            return List.of();
        }
        List<Entry> gone = entries.stream().filter(which).toList();
        entries.removeAll(gone);
        gone.forEach(e -> note(e.buffer));
        return gone.stream().filter(e -> e.what == What.READ).map(Entry::buffer).toList();
    }

    private void note(BufferId buffer) {
        List<Long> data = new ArrayList<>();
        for (Entry e : entries) {
            if (e.buffer.equals(buffer) && data.size() + 2 <= Note.MAX_DATA) {
                data.add((long) e.slot);
                data.add((long) e.what.ordinal());
            }
        }
        if (data.isEmpty()) {
            notes.drop(use, buffer);
        } else {
            notes.keep(use, buffer, new Note(SCHEMA, VERSION, data));
        }
    }

    /** Begins anew with what the notes on these buffers say. */
    void adopt(Collection<BufferId> attached) {
        entries.clear();
        Map<BufferId, List<Long>> kept = new HashMap<>();
        for (BufferId buffer : attached) {
            notes.kept(use, buffer).filter(n -> n.schema().equals(SCHEMA) && n.version() == VERSION).ifPresent(n -> kept.put(buffer, n.data()));
        }
        kept.forEach((buffer, data) -> {
            for (int at = 0; at + 1 < data.size(); at += 2) {
                long what = data.get(at + 1);
                if (what >= 0 && what < What.values().length) {
                    entries.add(new Entry(data.get(at).intValue(), buffer, What.values()[(int) what]));
                }
            }
        });
    }
}
