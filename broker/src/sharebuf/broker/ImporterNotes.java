package sharebuf.broker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.plugin.Note;

/**
 * What importers keep of buffers, unread.
 *
 * <p>Thread-safe.
 */
final class ImporterNotes {
    private final Map<Key, Note> notes = new ConcurrentHashMap<>();

    private record Key(UseId use, BufferId buffer) {
    }

    void keep(UseId use, BufferId buffer, Note note) {
        notes.put(new Key(use, buffer), note);
    }

    void drop(UseId use, BufferId buffer) {
        notes.remove(new Key(use, buffer));
    }

    Optional<Note> kept(UseId use, BufferId buffer) {
        return Optional.ofNullable(notes.get(new Key(use, buffer)));
    }

    /** The buffers were detached. */
    void forget(Attached attached) {
        attached.buffers().forEach(buffer -> drop(attached.use(), buffer));
    }
}
