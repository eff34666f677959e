package sharebuf.importer.v4l2;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Notes;
import sharebuf.plugin.Note;

/** Keeps notes of one use. */
final class KeptNotes implements Notes {
    private final Map<BufferId, Note> notes = new HashMap<>();

    @Override
    public void keep(UseId use, BufferId buffer, Note note) {
        notes.put(buffer, note);
    }

    @Override
    public void drop(UseId use, BufferId buffer) {
        notes.remove(buffer);
    }

    @Override
    public Optional<Note> kept(UseId use, BufferId buffer) {
        return Optional.ofNullable(notes.get(buffer));
    }

    int count() {
        return notes.size();
    }
}
