package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.solve.Alternatives;
import sharebuf.broker.solve.Demand;
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
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.HoldingKind;

/** A session: owns sets and leases, and gives them back when it ends. */
final class SessionImpl implements Session {
    /** Of what a bundle left, so many things are told one by one. */
    private static final int MOST_TOLD = 16;
    /** As long as a call into a plug-in may take. */
    private static final long END_SECONDS = 5;

    private final Broker broker;
    private final long number;
    private final String name;
    private final String bundle;
    private final Taken opened;
    private final Map<SetImpl, Taken> sets = new ConcurrentHashMap<>();
    private final Map<LeaseImpl, Taken> leases = new ConcurrentHashMap<>();
    private final Set<LentImpl> lents = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Thread ending;

    SessionImpl(Broker broker, long number, String name, String bundle, String openedAt) {
        this.broker = broker;
        this.number = number;
        this.name = name;
        this.bundle = bundle;
        this.opened = Taken.at(openedAt);
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
        return opened.at().toString();
    }

    long ageMillis() {
        return opened.ageMillis();
    }

    /** What it took a while ago keeps no class loader. */
    void settle() {
        sets.values().forEach(taken -> taken.at().settle());
        leases.values().forEach(taken -> taken.at().settle());
    }

    int buffers() {
        return leases.size() + sets.keySet().stream().mapToInt(SetImpl::count).sum();
    }

    /** What it took and did not give back yet. */
    List<Snapshot.Holding> holdings() {
        List<Snapshot.Holding> all = new ArrayList<>();
        sets.forEach((set, taken) -> all.add(taken.holding(HoldingKind.SET, "set " + taken.number() + ": " + set.spec() + " for "
                + String.join(", ", set.uses().stream().map(UseId::toString).toList())
                + ", " + set.state().name().toLowerCase(Locale.ROOT), this)));
        leases.forEach((lease, taken) -> all.add(taken.holding(HoldingKind.LEASE, "a lease on " + lease.id(), this)));
        sets.keySet().forEach(set -> set.leases().forEach(lease -> lease.holdings(all)));
        leases.keySet().forEach(lease -> lease.holdings(all));
        lents.forEach(lent -> all.add(lent.taken().holding(HoldingKind.LENT, lent.buffer() + ", lent to '" + lent.taker() + "'", this)));
        return all;
    }

    /** Its sets for an operator. */
    List<Snapshot.LiveSet> liveSets() {
        List<Snapshot.LiveSet> all = new ArrayList<>();
        sets.forEach((set, taken) -> all.add(new Snapshot.LiveSet(taken.number(), set.spec(), set.state(), set.uses(),
                set.buffers().stream().map(SharedBuffer::id).toList(), name, bundle)));
        return all;
    }

    Optional<SetImpl> set(long wanted) {
        return sets.entrySet().stream().filter(e -> e.getValue().number() == wanted).map(Map.Entry::getKey).findFirst();
    }

    @Override
    public Outcome<BufferSet> describe(BufferSpec spec, List<UseId> uses) {
        return broker.helped(described(broker.planner().plan(spec, uses)).map(set -> set), spec, uses);
    }

    private Outcome<SetImpl> described(Outcome<Demand> planned) {
        check();
        Taken taken = Taken.now();
        return planned.map(demand -> {
            SetImpl set = new SetImpl(broker, this, demand);
            sets.put(set, taken.numbered(broker.nextSet()));
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
        return broker.helped(allocate(spec, uses, trial -> { }), spec, uses);
    }

    /** Describes, and settles on memory that all take. */
    Outcome<BufferSet> allocate(BufferSpec spec, List<UseId> uses, Consumer<Trial> watch) {
        Outcome<BufferSet> direct = broker.planner().alternatives(spec, uses).then(all -> allocate(all, watch));
        return direct.isOk() ? direct : broker.planner().bouncing(spec, uses).map(all -> allocate(all, watch)).filter(o -> o.isOk() || o.why().filter(w -> w.constraint().equals("bounce")).isPresent())
                .orElse(direct);
    }

    /** The best alternatives; where they fail although they looked well, because memory or bounce buffers run out or an importer says no, the next best. */
    private Outcome<BufferSet> allocate(Alternatives all, Consumer<Trial> watch) {
        AtomicReference<Trial> last = new AtomicReference<>();
        Consumer<Trial> both = trial -> {
            last.set(trial);
            watch.accept(trial);
        };
        Outcome<BufferSet> first = allocate(all.first(), both);
        Outcome<BufferSet> got = first;
        while (got instanceof Outcome.No<BufferSet>(Refusal why) && last.get() != null && (!last.get().stopped() || why.constraint().equals("bounce"))) {
            all.refuse(why);
            Optional<Demand> next = all.next();
            if (next.isEmpty()) {
                return first;
            }
            got = allocate(Outcome.ok(next.get()), both);
        }
        return got.isOk() ? got : first;
    }

    private Outcome<BufferSet> allocate(Outcome<Demand> planned, Consumer<Trial> watch) {
        return described(planned).then(set -> {
            boolean settled = false;
            try {
                Outcome<BufferSet> mapped = set.settle(demand -> {
                    Trial trial = new Trial(broker.lessons().doubts(demand.parties()));
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
        Taken taken = Taken.now();
        return broker.imports().check(name, foreign, uses).then(checked -> {
            SetImpl set = new SetImpl(broker, this, checked.demand());
            sets.put(set, taken.numbered(broker.nextSet()));
            boolean done = false;
            try {
                check(); // close() may have looked before
                Outcome<BufferSet> mapped = set.imported(i -> broker.imports().take(this, foreign, checked, i, taken.at().toString())).then(BufferSet::map);
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
        return LentImpl.lend(broker, this, record, taker, CallSite.now()).map(lent -> {
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
        return broker.helped(new Apart(broker, this, spec).allocate(uses), spec, uses);
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
        leases.put(lease, Taken.now());
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
            throw broker.closed("session '" + name + "' is closed");
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Its bundle is gone: what it holds is told, each thing with the line that took it, and given back. */
    void giveBack() {
        if (!closed.get()) {
            tellAll();
        }
        close();
        awaitEnd();
    }

    private void tellAll() {
        List<Snapshot.Holding> left = holdings();
        broker.report("session '" + name + "' of " + bundle + " was left open with " + buffers() + " buffers, opened at " + openedAt() + ", " + ageMillis()
                + " ms ago; given back");
        left.stream().limit(MOST_TOLD).forEach(h -> broker.report("session '" + name + "' of " + bundle + " held " + h.what()
                + ", taken at " + h.at() + ", " + h.ageMillis() + " ms ago"));
        if (left.size() > MOST_TOLD) {
            broker.report("session '" + name + "' of " + bundle + " held " + (left.size() - MOST_TOLD) + " more");
        }
    }

    /** Another thread may be at it: whoever stopped the bundle finds everything given back, unless a plug-in keeps that thread for long. */
    private void awaitEnd() {
        if (ending != Thread.currentThread()) {
            try {
                ended.await(END_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            ending = Thread.currentThread();
            try {
                new ArrayList<>(sets.keySet()).forEach(SetImpl::close);
                new ArrayList<>(leases.keySet()).forEach(LeaseImpl::end);
                new ArrayList<>(lents).forEach(lent -> lent.abandon().ifPresent(said -> broker.report("session '" + name + "' of " + bundle + " is closed: " + said)));
                broker.ended(this);
            } finally {
                ended.countDown();
            }
        }
    }
}
