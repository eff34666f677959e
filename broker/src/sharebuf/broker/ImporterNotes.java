package sharebuf.broker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Notes;
import sharebuf.plugin.Note;

/**
 * What importers keep of buffers, unread.
 *
 * <p>Thread-safe.
 */
final class ImporterNotes implements Notes {
    private final BiConsumer<UseId, BufferId> check;
    private final Map<Key, Note> notes = new ConcurrentHashMap<>();

    private record Key(UseId use, BufferId buffer) {
    }

    /**
     * None yet.
     *
     * @param check throws unless a buffer is mapped for a use
     */
    ImporterNotes(BiConsumer<UseId, BufferId> check) {
        this.check = check;
    }

    @Override
    public void keep(UseId use, BufferId buffer, Note note) {
        check.accept(use, buffer);
        notes.put(new Key(use, buffer), note);
    }

    @Override
    public void drop(UseId use, BufferId buffer) {
        notes.remove(new Key(use, buffer));
    }

    @Override
    public Optional<Note> kept(UseId use, BufferId buffer) {
        return Optional.ofNullable(notes.get(new Key(use, buffer)));
    }

    /** The buffers were detached. */
    void forget(Attached attached) {
        attached.buffers().forEach(buffer -> drop(attached.use(), buffer));
    }
}
