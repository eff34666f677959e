package sharebuf.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.ObjectMemory;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.ledger.Reservation;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.mapping.Mapped;
import sharebuf.memory.Extent;
import sharebuf.platform.Platform;

/**
 * New memory for a buffer, as a buffer of its own with names of its own, beside the one that works. After {@link #exchange} it is what the
 * buffer was before. Freeing it is all there is to do, before or after.
 *
 * <p>Confined to the set's lock.
 */
final class Shadow {
    private final Broker broker;
    private final SessionImpl session;
    private final BufferRecord of;
    private final BufferRecord record;
    private final Map<AttachmentImpl, List<Mapped>> mapped = new HashMap<>();
    private volatile long epoch;

    private Shadow(Broker broker, SessionImpl session, BufferRecord of, BufferRecord record) {
        this.broker = broker;
        this.session = session;
        this.of = of;
        this.record = record;
    }

    /** Makes a buffer of memory that was placed: zeroed, all of it, before anybody is held back for it. Nothing is left of it when that fails. */
    static Shadow of(Broker broker, SessionImpl session, BufferRecord of, BufferRecord made) {
        List<Extent> all = new ArrayList<>();
        for (ObjectMemory m : made.objects()) {
            for (Extent e : m.extents()) {
                m.region().leftBy(RegionLedger.NOBODY, e); // what somebody left there is forgotten
                all.add(e);
            }
        }
        NewBuffer.make(broker, made, all, i -> Optional.of(of.object(i) + " " + session.name()));
        made.lease(session.number(), session.name());
        made.heldBy(List::of);
        broker.add(made);
        return new Shadow(broker, session, of, made);
    }

    BufferRecord of() {
        return of;
    }

    BufferRecord record() {
        return record;
    }

    /** Maps it for a use, beside the mapping that the buffer has. */
    Optional<Refusal> map(AttachmentImpl a) {
        List<Mapped> own = mapped.computeIfAbsent(a, x -> new ArrayList<>());
        for (int i = 0; i < record.objects().size(); i++) {
            Outcome<Mapped> m = broker.mapper().map(a.party(), record, i);
            if (m instanceof Outcome.No<Mapped>(Refusal why)) {
                return Optional.of(why);
            }
            own.add(m.orThrow());
        }
        return Optional.empty();
    }

    /** Bytes that a move of it copies. */
    long bytes() {
        return of.objects().stream().mapToLong(ObjectMemory::size).sum();
    }

    /**
     * Copies once as it is, while devices write: so that no page has to be made, and none to be looked for, when everybody waits for
     * {@link #copy}, which copies all of it again.
     */
    void warm(Platform platform) {
        for (int i = 0; i < record.objects().size(); i++) {
            platform.copy(of.objects().get(i).extents(), record.objects().get(i).extents(), of.objects().get(i).size());
        }
    }

    void copy(Platform platform) {
        for (int i = 0; i < record.objects().size(); i++) {
            ObjectMemory from = of.objects().get(i);
            platform.beginCpuAccess(of.object(i), Access.READ);
            try {
                platform.beginCpuAccess(record.object(i), Access.WRITE);
                try {
                    platform.copy(from.extents(), record.objects().get(i).extents(), from.size());
                } finally {
                    platform.endCpuAccess(record.object(i), Access.WRITE);
                }
            } finally {
                platform.endCpuAccess(of.object(i), Access.READ);
            }
        }
    }

    /** Exchanges memory under the names that platform, CPU and allocators know; the same again undoes it. All objects, or none. */
    void exchange(Platform platform) {
        of.exchange(record, () -> {
            int done = 0;
            try {
                for (; done < record.objects().size(); done++) {
                    platform.exchange(of.object(done), record.object(done));
                }
            } finally {
                for (int i = 0; done < record.objects().size() && i < done; i++) {
                    platform.exchange(of.object(i), record.object(i));
                }
            }
        });
        rename(of);
        rename(record);
    }

    private static void rename(BufferRecord now) {
        for (int i = 0; i < now.objects().size(); i++) {
            ObjectMemory m = now.objects().get(i);
            m.region().rename(m.extents(), now.object(i));
        }
    }

    /** The mappings follow their memory: the buffer's uses have the new ones from now on. */
    void exchangeMappings() {
        mapped.forEach((a, fresh) -> {
            for (int i = 0; i < fresh.size(); i++) {
                ObjectId name = of.object(i);
                Mapper.Renamed renamed = broker.mapper().rename(Optional.ofNullable(a.mappings().get(name)), fresh.get(i), name);
                a.mappings().put(name, renamed.now());
                renamed.then().ifPresent(a.past()::add);
            }
        });
        mapped.clear();
        of.moved();
    }

    /** Lets everybody work again; {@code moved}: what began before may still read the old memory. */
    void open(boolean moved) {
        epoch = of.reservation().open();
        if (moved) {
            record.heldBy(() -> of.reservation().before(epoch));
        }
    }

    /** Waits for those that read the old memory: who is left. */
    List<Reservation.Fence> awaitReaders(long nanos) throws InterruptedException {
        return of.reservation().awaitBefore(epoch, nanos);
    }

    /** Gives its memory back, now or, when work on it is unfinished, later. */
    void free() {
        mapped.values().forEach(own -> own.forEach(broker.mapper()::unmap));
        mapped.clear();
        if (record.unlease(session.number())) {
            broker.retire(record);
        }
    }
}
