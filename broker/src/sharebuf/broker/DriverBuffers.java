package sharebuf.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.ObjectMemory;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.solve.Demand;
import sharebuf.broker.solve.Party;
import sharebuf.broker.solve.Placer;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.mapping.Mapped;
import sharebuf.platform.Platform;

/**
 * Memory for simulated drivers: one object for one use, whatever format the driver has in mind; the best that the use accepts and that there is.
 *
 * <p>Thread-safe.
 */
final class DriverBuffers {
    /** Sessions count from 1; this lease is the platform's. */
    private static final long PLATFORM = RegionLedger.NOBODY;

    private record Held(BufferRecord record, Mapped mapped) {
    }

    private final Broker broker;
    private final Map<ObjectId, Held> held = new ConcurrentHashMap<>();

    DriverBuffers(Broker broker) {
        this.broker = broker;
    }

    Outcome<ObjectId> allocate(UseId use, long bytes) {
        if (bytes < 1 || bytes > BufferSpec.MAX_BYTES) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "size", Long.toString(bytes), "1 to " + BufferSpec.MAX_BYTES).about(use.device(), use.use()));
        }
        return broker.directory().get(use).then(party -> {
            Outcome<ObjectId> first = allocate(party, 0, bytes);
            Outcome<ObjectId> got = first;
            for (int rank = 1; !got.isOk() && rank < party.use().acceptable().size(); rank++) {
                got = allocate(party, rank, bytes);
            }
            return got.isOk() ? got : first;
        });
    }

    /** Memory for one of what the use accepts. */
    private Outcome<ObjectId> allocate(Party any, int rank, long bytes) {
        Party party = new Party(any.use().choosing(rank), any.device());
        return broker.planner().seenBy(party).then(memory -> {
            BufferSpec spec = BufferSpec.bytes(bytes);
            Demand demand = new Demand(spec, List.of(party), Layout.ofBytes(bytes), new java.util.TreeSet<>(), memory.perObject(Layout.ofBytes(bytes)), List.of());
            BufferId id = broker.nextBuffer();
            return switch (broker.placer().place("driver of " + party.device().name(), PLATFORM, demand, id, broker.lessons().doubts(demand.parties()))) {
                case Placer.Result.No(Placer.Failed f) -> Outcome.no(f.refusal());
                case Placer.Result.Yes(Placer.Placed p) -> mapped(party, new BufferRecord(id, spec, demand.layout(), p.objects()));
            };
        });
    }

    private Outcome<ObjectId> mapped(Party party, BufferRecord record) {
        ObjectMemory m = record.objects().getFirst();
        Platform platform = broker.platformOrThrow();
        try {
            platform.zero(m.extents());
            platform.export(record.object(0), m.extents(), m.size());
            platform.name(record.object(0), record.object(0) + " driver of " + party.device().name());
        } catch (RuntimeException e) {
            broker.placer().release(m, PLATFORM);
            throw e;
        }
        record.lease(PLATFORM, "driver of " + party.device().name());
        broker.add(record);
        Outcome<Mapped> mapped = broker.mapper().map(party, record, 0);
        Optional<Refusal> why = mapped.why();
        if (why.isPresent()) {
            broker.unlease(record, PLATFORM);
            return Outcome.no(why.get());
        }
        held.put(record.object(0), new Held(record, mapped.orThrow()));
        return Outcome.ok(record.object(0));
    }

    void free(ObjectId object) {
        Held h = held.remove(object);
        if (h != null) {
            broker.mapper().unmap(h.mapped);
            broker.unlease(h.record, PLATFORM);
        }
    }
}
