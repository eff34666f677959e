package sharebuf.app.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.SharedBuffer;

/**
 * A set at work. A filled buffer goes to every reader; when the last one gave it back, the writer gets it again.
 *
 * <p>Thread-safe: {@link #filled} is the writer's thread alone, {@link #released} is any reader's.
 */
final class Flow {
    private final BufferSet set;
    private final List<SharedBuffer> buffers;
    private final AtomicIntegerArray held;
    private final List<Reader> readers = new CopyOnWriteArrayList<>();
    private final AtomicReference<FlowFailure> failure;
    private final List<Copier> copiers = new ArrayList<>();
    private final Optional<Tally> tally;
    private volatile IntConsumer refill = index -> { };

    /**
     * A set.
     *
     * @param tally checks its pictures; empty when they carry stamps
     */
    Flow(BufferSet set, Optional<Tally> tally, AtomicReference<FlowFailure> failure) {
        this.set = set;
        this.tally = tally;
        this.failure = failure;
        buffers = set.buffers();
        held = new AtomicIntegerArray(buffers.size());
    }

    BufferSet set() {
        return set;
    }

    List<SharedBuffer> buffers() {
        return buffers;
    }

    /** Before frames flow. */
    void prepare() {
        tally.ifPresent(t -> t.prepare(buffers));
    }

    /** Who fills other sets from this one. */
    List<Copier> copiers() {
        return copiers;
    }

    /** This set, and those that are filled from it. */
    List<Flow> family() {
        List<Flow> all = new ArrayList<>();
        all.add(this);
        copiers.forEach(c -> all.add(c.to()));
        return all;
    }

    /** Frames did not come though the writer had buffers for them. */
    void skipped(long first, long last, int buffers) {
        tally.ifPresent(t -> t.skipped(first, last, buffers));
    }

    List<Reader> readers() {
        return readers;
    }

    void refillBy(IntConsumer writer) {
        refill = writer;
    }

    /** Hands a filled buffer out. */
    void filled(int index, long number, boolean error) {
        tally.ifPresent(t -> t.filled(index, number, error, buffers.get(index)));
        Object[] now = readers.toArray();
        if (now.length == 0) {
            back(index);
            return;
        }
        held.set(index, now.length);
        for (Object reader : now) {
            ((Reader) reader).accept(index, number);
        }
    }

    /** A reader is done with a buffer. */
    void released(int index) {
        if (held.decrementAndGet(index) == 0) {
            back(index);
        }
    }

    private void back(int index) {
        tally.ifPresent(t -> t.released(index, buffers.get(index)));
        refill.accept(index);
    }

    /** The first failure of any thread counts; what follows from it does not. */
    void fail(String who, Throwable cause) {
        failure.compareAndSet(null, cause instanceof FlowFailure f ? f : new FlowFailure(who + ": " + cause.getMessage(), cause));
    }

    boolean failed() {
        return failure.get() != null;
    }
}
