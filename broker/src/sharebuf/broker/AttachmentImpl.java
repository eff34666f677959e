package sharebuf.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.solve.Party;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Use;
import sharebuf.importer.Attached;
import sharebuf.mapping.Mapped;

/** A use of a set, with its mappings. Changed only under the set's lock. */
final class AttachmentImpl implements Attachment {
    private final SetImpl set;
    private volatile Party party;
    private final long id;
    private final Map<ObjectId, Mapped> mappings = new ConcurrentHashMap<>();
    /** Of memory that was moved away from and is not free yet. */
    private final List<Mapped> past = new CopyOnWriteArrayList<>();
    private volatile Optional<Attached> told = Optional.empty();
    private volatile boolean detached;

    AttachmentImpl(SetImpl set, Party party, long id) {
        this.set = set;
        this.party = party;
        this.id = id;
    }

    Party party() {
        return party;
    }

    /** The same use with another of its alternatives, while nothing is mapped. */
    void become(Party other) {
        party = other;
    }

    Map<ObjectId, Mapped> mappings() {
        return mappings;
    }

    List<Mapped> past() {
        return past;
    }

    Optional<Attached> told() {
        return told;
    }

    void told(Optional<Attached> attached) {
        told = attached;
    }

    long id() {
        return id;
    }

    Attached describe(long number, List<BufferRecord> buffers) {
        BufferRecord first = buffers.getFirst();
        return new Attached(number, party.use().id(), first.spec(), first.layout(), buffers.stream().map(BufferRecord::id).toList());
    }

    void ended() {
        detached = true;
    }

    @Override
    public Use use() {
        return party.use();
    }

    @Override
    public Optional<Mapping> mapping(ObjectId object) {
        if (detached) {
            throw new IllegalStateException(party.use().id() + " is detached");
        }
        return Optional.ofNullable(mappings.get(object)).map(m -> m.opaqueBy().<Mapping>map(Mapping.Opaque::new).orElseGet(() -> new Mapping.Addressed(
                m.segments().stream().map(s -> new Mapping.Segment(new DmaAddress(party.device().name(), s.dma()), s.size())).toList())));
    }

    @Override
    public boolean mayBounce(ObjectId object) {
        return mappings.containsKey(object) && set.mayBounce(party.device().name(), object);
    }

    @Override
    public long bounced(ObjectId object) {
        return Optional.ofNullable(mappings.get(object)).map(Mapped::bounced).orElse(0L);
    }

    @Override
    public boolean detached() {
        return detached;
    }

    @Override
    public void detach() {
        set.detach(this);
    }
}
