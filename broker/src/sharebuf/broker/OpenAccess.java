package sharebuf.broker;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.Reservation;
import sharebuf.buffer.CpuAccess;
import sharebuf.device.Access;
import sharebuf.format.PlaneLayout;
import sharebuf.platform.Platform;

/** What the CPU has open of a buffer. It stays with the memory that it opened, when the buffer is moved away from that. */
final class OpenAccess implements CpuAccess {
    private final Broker broker;
    private final BufferRecord record;
    private final Platform platform;
    private final Access access;
    private final BufferRecord.View view;
    private final Set<OpenAccess> open;
    private final Reservation.Fence turn;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Taken taken = Taken.at(CallSite.now());

    private OpenAccess(Broker broker, BufferRecord record, Platform platform, Access access, BufferRecord.View view, Set<OpenAccess> open, Reservation.Fence opening) {
        this.broker = broker;
        this.record = record;
        this.platform = platform;
        this.access = access;
        this.view = view;
        this.open = open;
        turn = begun(opening);
    }

    /**
     * Begins an access.
     *
     * @param opening its turn in the buffer's reservation; the caller ends it when this throws
     * @param open is told of it as long as it lasts
     * @throws RuntimeException of the platform, which then has begun nothing
     */
    static OpenAccess begin(Broker broker, BufferRecord record, Platform platform, Access access, BufferRecord.View view, Set<OpenAccess> open, Reservation.Fence opening) {
        OpenAccess begun = new OpenAccess(broker, record, platform, access, view, open, opening);
        open.add(begun);
        return begun;
    }

    private Reservation.Fence begun(Reservation.Fence opening) {
        int begun = 0;
        try {
            for (; begun < view.bytes().size(); begun++) {
                platform.beginCpuAccess(record.object(begun), access, taken.at().toString());
            }
        } catch (RuntimeException e) {
            ended.set(true);
            end(begun, Optional.of(e));
            throw e;
        }
        return record.reservation().opened(opening, access);
    }

    /** Where and since when. */
    Taken taken() {
        return taken;
    }

    Access access() {
        return access;
    }

    @Override
    public MemorySegment object(int index) {
        if (ended.get()) {
            throw new IllegalStateException("CPU access to " + record.id() + " has ended");
        }
        MemorySegment bytes = view.bytes().get(index);
        return access.writes() ? bytes : bytes.asReadOnly();
    }

    @Override
    public MemorySegment plane(int index) {
        PlaneLayout p = record.layout().planes().get(index);
        return object(p.object()).asSlice(p.offset(), p.size());
    }

    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            open.remove(this);
            Optional<RuntimeException> failure;
            try {
                failure = end(view.bytes().size(), Optional.empty());
            } finally {
                record.reservation().endCpu(turn);
            }
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
    }

    /** Ends all that was begun, and gives the memory back, also when the platform fails: else the buffer would stay for ever. */
    private Optional<RuntimeException> end(int begun, Optional<RuntimeException> earlier) {
        RuntimeException[] failure = {earlier.orElse(null)};
        view.of().shut(now -> {
            for (int i = 0; i < begun; i++) {
                try {
                    platform.endCpuAccess(now.object(i), access, taken.at().toString());
                } catch (RuntimeException e) {
                    if (failure[0] == null) {
                        failure[0] = e;
                    } else {
                        failure[0].addSuppressed(e);
                    }
                }
            }
        }).ifPresent(broker::free);
        return Optional.ofNullable(failure[0]);
    }
}
