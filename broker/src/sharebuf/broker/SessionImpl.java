package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Foreign;
import sharebuf.buffer.Lent;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.buffer.Sharing;
import sharebuf.device.UseId;

/** A session: owns sets and leases, and gives them back when it ends. */
final class SessionImpl implements Session {
    private final Broker broker;
    private final long number;
    private final String name;
    private final String bundle;
    private final String openedAt;
    private final long since = System.nanoTime();
    private final Set<SetImpl> sets = ConcurrentHashMap.newKeySet();
    private final Set<LeaseImpl> leases = ConcurrentHashMap.newKeySet();
    private final Set<LentImpl> lents = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    SessionImpl(Broker broker, long number, String name, String bundle, String openedAt) {
        this.broker = broker;
        this.number = number;
        this.name = name;
        this.bundle = bundle;
        this.openedAt = openedAt;
    }

    long number() {
        return number;
    }

    @Override
    public String name() {
        return name;
    }

    String bundle() {
        return bundle;
    }

    String openedAt() {
        return openedAt;
    }

    long ageMillis() {
        return (System.nanoTime() - since) / 1_000_000;
    }

    int buffers() {
        return leases.size() + sets.stream().mapToInt(SetImpl::count).sum();
    }

    @Override
    public Outcome<BufferSet> describe(BufferSpec spec, List<UseId> uses) {
        return described(spec, uses).map(set -> set);
    }

    private Outcome<SetImpl> described(BufferSpec spec, List<UseId> uses) {
        check();
        return broker.planner().plan(spec, uses).map(demand -> {
            SetImpl set = new SetImpl(broker, this, demand);
            sets.add(set);
            if (closed.get()) {
                // close() may have looked before: nobody else would give it back.
                set.close();
                check();
            }
            return set;
        });
    }

    @Override
    public Outcome<BufferSet> allocateFor(BufferSpec spec, List<UseId> uses) {
        return allocate(spec, uses, trial -> { });
    }

    /** Describes, and settles on memory that all take. */
    Outcome<BufferSet> allocate(BufferSpec spec, List<UseId> uses, Consumer<Trial> watch) {
        return described(spec, uses).then(set -> {
            boolean settled = false;
            try {
                Outcome<BufferSet> mapped = set.settle(demand -> {
                    Trial trial = new Trial(broker.doubts(demand.parties()));
                    watch.accept(trial);
                    return trial;
                });
                settled = mapped.isOk();
                return mapped;
            } finally {
                if (!settled) {
                    set.close();
                }
            }
        });
    }

    @Override
    public Outcome<BufferSet> importSet(Foreign foreign, List<UseId> uses) {
        check();
        String at = Broker.caller();
        return broker.imports().check(name, foreign, uses).then(checked -> {
            SetImpl set = new SetImpl(broker, this, checked.demand());
            sets.add(set);
            boolean done = false;
            try {
                check(); // close() may have looked before
                Outcome<BufferSet> mapped = set.imported(i -> broker.imports().take(this, foreign, checked, i, at)).then(BufferSet::map);
                done = mapped.isOk();
                return mapped;
            } finally {
                if (!done) {
                    set.close();
                }
            }
        });
    }

    Outcome<Lent> lend(BufferRecord record, String taker) {
        check();
        return LentImpl.lend(broker, this, record, taker, Broker.caller()).map(lent -> {
            lents.add(lent);
            if (closed.get()) {
                lent.close();
                check();
            }
            return lent;
        });
    }

    @Override
    public Outcome<Sharing> allocateApart(BufferSpec spec, List<UseId> uses) {
        return new Apart(broker, this, spec).allocate(uses);
    }

    @Override
    public Optional<SharedBuffer> lookup(DmaAddress address) {
        check();
        Optional<ObjectId> object = broker.lookup(address);
        return object.flatMap(o -> hold(o.buffer()).asOptional());
    }

    @Override
    public Outcome<SharedBuffer> hold(BufferId id) {
        check();
        Optional<BufferRecord> record = broker.buffer(id);
        if (record.isEmpty() || !record.get().lease(number, name)) {
            return Outcome.no(Refusal.of(Errno.ENOENT, "buffer", id + " is not live", "a live buffer").fixedBy("dma:buffers lists them"));
        }
        LeaseImpl lease = new LeaseImpl(broker, this, record.get());
        leases.add(lease);
        if (closed.get()) {
            lease.end();
            check();
        }
        return Outcome.ok(lease);
    }

    @Override
    public <T> Outcome<T> device(Class<T> type, String device) {
        check();
        return broker.facades().of(type, device, closed::get);
    }

    void forget(SetImpl set) {
        sets.remove(set);
    }

    void forget(LentImpl lent) {
        lents.remove(lent);
    }

    void forget(LeaseImpl lease) {
        leases.remove(lease);
    }

    void check() {
        if (closed.get()) {
            throw new IllegalStateException("session '" + name + "' is closed");
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            new ArrayList<>(sets).forEach(SetImpl::close);
            new ArrayList<>(leases).forEach(LeaseImpl::end);
            new ArrayList<>(lents).forEach(lent -> lent.abandon().ifPresent(said -> broker.report("session '" + name + "' of " + bundle + " is closed: " + said)));
            broker.ended(this);
        }
    }
}
