package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.allocator.Claims;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.plugin.Note;

/** The claims of one {@code place} call: taken at once from the ledger, kept on commit, given back on undo. */
final class OpenClaims implements Claims {
    private final RegionLedger ledger;
    private final ObjectId object;
    private final long session;
    private final Thread owner = Thread.currentThread();
    private final List<Extent> extents = new ArrayList<>();
    private final Map<Extent, Note> others = new LinkedHashMap<>();
    private Optional<Note> note = Optional.empty();
    private volatile boolean closed;

    OpenClaims(RegionLedger ledger, ObjectId object, long session) {
        this.ledger = ledger;
        this.object = object;
        this.session = session;
    }

    @Override
    public boolean claim(long offset, long size) {
        check();
        if (!ledger.claim(offset, size, object)) {
            return false;
        }
        extents.add(new Extent(ledger.region().id(), offset, size));
        return true;
    }

    @Override
    public Outcome<Outcome.Done> grant(long size) {
        check();
        return ledger.grant(size, object, session).map(this::kept);
    }

    @Override
    public Outcome<Outcome.Done> take(int descriptor, long size) {
        check();
        return ledger.take(descriptor, size, object).map(this::kept);
    }

    private Outcome.Done kept(Extent extent) {
        extents.add(extent);
        return Outcome.Done.DONE;
    }

    @Override
    public void note(Note note) {
        check();
        this.note = Optional.of(note);
    }

    @Override
    public void note(Extent extent, Note note) {
        check();
        if (!ledger.isLive(extent) || extents.contains(extent)) {
            throw new IllegalArgumentException(extent + (extents.contains(extent) ? " is claimed in this call: it has the note of the newcomer" : " is not live in " + ledger.region().id()));
        }
        others.put(extent, note);
    }

    List<Extent> commit() {
        closed = true;
        others.forEach((extent, n) -> ledger.note(List.of(extent), n));
        note.ifPresent(n -> ledger.note(extents, n));
        return List.copyOf(extents);
    }

    void undo() {
        closed = true;
        extents.forEach(ledger::release);
        extents.clear();
    }

    List<Extent> extents() {
        return List.copyOf(extents);
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("the call of place is over: its claims are closed");
        }
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("claims are confined to the thread of the call of place");
        }
    }
}
