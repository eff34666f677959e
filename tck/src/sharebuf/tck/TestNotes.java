package sharebuf.tck;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.importer.Notes;
import sharebuf.plugin.Note;

/** Notes as the broker keeps them: only on what is mapped, gone with it. Thread-safe. */
final class TestNotes implements Notes {
    private record Key(UseId use, BufferId buffer) {
    }

    private final Set<Key> mapped = new HashSet<>();
    private final Map<Key, Note> kept = new HashMap<>();

    synchronized void map(UseId use, BufferId buffer) {
        mapped.add(new Key(use, buffer));
    }

    synchronized void unmap(UseId use, BufferId buffer) {
        mapped.remove(new Key(use, buffer));
        kept.remove(new Key(use, buffer));
    }

    /** Makes of every note another, and puts one on what has none. */
    synchronized void change(UnaryOperator<Optional<Note>> to) {
        mapped.forEach(k -> to.apply(Optional.ofNullable(kept.get(k))).ifPresent(n -> kept.put(k, n)));
    }

    @Override
    public synchronized void keep(UseId use, BufferId buffer, Note note) {
        Key key = new Key(use, buffer);
        if (!mapped.contains(key)) {
            throw new IllegalStateException(buffer + " is not mapped for " + use);
        }
        kept.put(key, note);
    }

    @Override
    public synchronized void drop(UseId use, BufferId buffer) {
        kept.remove(new Key(use, buffer));
    }

    @Override
    public synchronized Optional<Note> kept(UseId use, BufferId buffer) {
        return Optional.ofNullable(kept.get(new Key(use, buffer)));
    }
}
