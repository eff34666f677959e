package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.Pins;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.format.Layout;
import sharebuf.inventory.Snapshot.PinKind;
import sharebuf.platform.Platform;

/** A buffer with somebody outside. It has a lease and a pin of its own. */
final class LentImpl implements Lent {
    private final Broker broker;
    private final SessionImpl session;
    private final BufferRecord record;
    private final Platform platform;
    private final Pins.Pin pin;
    private final List<Handle> handles;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LentImpl(Broker broker, SessionImpl session, BufferRecord record, Platform platform, Pins.Pin pin, List<Handle> handles) {
        this.broker = broker;
        this.session = session;
        this.record = record;
        this.platform = platform;
        this.pin = pin;
        this.handles = List.copyOf(handles);
    }

    static Outcome<LentImpl> lend(Broker broker, SessionImpl session, BufferRecord record, String taker, String at) {
        if (taker.isBlank()) {
            throw new IllegalArgumentException("the taker's name is blank");
        }
        if (!record.lease(session.number(), session.name())) {
            return Outcome.no(Refusal.of(Errno.ENOENT, "buffer", record.id() + " is not live", "a live buffer").fixedBy("dma:buffers lists them"));
        }
        // The pin comes before the first descriptor: a move that looks in between must see it.
        Pins.Pin pin = new Pins.Pin(PinKind.LENT, taker, session.name(), at, System.nanoTime());
        record.pins().add(pin);
        List<Handle> handles = new ArrayList<>();
        Platform platform = null;
        boolean done = false;
        try {
            if (!record.reservation().isOpen()) { // the move may have looked at the pins before
                return Outcome.no(Refusal.of(Errno.EBUSY, "move", record.id() + " is being moved", "a buffer that stays where it is").fixedBy("lend it again"));
            }
            platform = broker.platformOrThrow();
            for (int i = 0; i < record.objects().size(); i++) {
                Outcome<Handle> handle = platform.lend(record.object(i));
                if (handle instanceof Outcome.No<Handle>(Refusal why)) {
                    return Outcome.no(why);
                }
                handles.add(handle.orThrow());
            }
            done = true;
            return Outcome.ok(new LentImpl(broker, session, record, platform, pin, handles));
        } finally {
            if (!done) {
                if (platform != null) {
                    handles.stream().map(Handle::descriptor).forEach(platform::takeBack);
                }
                record.pins().remove(pin);
                broker.unlease(record, session.number());
            }
        }
    }

    Taken taken() {
        return new Taken(0, CallSite.of(pin.at()), pin.sinceNanos());
    }

    @Override
    public BufferId buffer() {
        return record.id();
    }

    @Override
    public int generation() {
        return record.generation(); // lent, it does not move
    }

    @Override
    public String taker() {
        return pin.who();
    }

    @Override
    public BufferSpec spec() {
        return record.spec();
    }

    @Override
    public Layout layout() {
        return record.layout();
    }

    @Override
    public List<Handle> handles() {
        if (closed.get()) {
            throw new IllegalStateException(record.id() + " was taken back from " + pin.who());
        }
        return handles;
    }

    @Override
    public boolean outside() {
        return IntStream.range(0, record.objects().size()).anyMatch(i -> platform.outside(record.object(i)));
    }

    /** The session ends first: what is said of it, when somebody still has it. */
    Optional<String> abandon() {
        if (closed.get()) {
            return Optional.empty();
        }
        String said = handles.size() + " descriptors of " + record.id() + " were " + pin + " and not taken back" + (outside() ? "; they are still open elsewhere" : "");
        close();
        return Optional.of(said);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            session.forget(this);
            handles.stream().map(Handle::descriptor).forEach(platform::takeBack);
            record.pins().remove(pin);
            broker.unlease(record, session.number());
        }
    }
}
