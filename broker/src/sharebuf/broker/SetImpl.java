package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import sharebuf.broker.learn.Verdict;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.solve.Alternatives;
import sharebuf.broker.solve.Demand;
import sharebuf.broker.solve.Doubts;
import sharebuf.broker.solve.Explainer;
import sharebuf.broker.solve.Party;
import sharebuf.broker.solve.Placer;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.UseId;
import sharebuf.format.Layout;

/** A set of equal buffers. Its lock orders changes of this set; no other set, session or region waits for it. */
final class SetImpl implements BufferSet {

    private final Broker broker;
    private final SessionImpl session;
    private final ReentrantLock change = new ReentrantLock();
    private final List<LeaseImpl> buffers = new CopyOnWriteArrayList<>();
    private final List<AttachmentImpl> attachments = new CopyOnWriteArrayList<>();
    private final List<MoveReport> moves = new CopyOnWriteArrayList<>();
    private final Joining joining;
    private volatile Demand demand;
    /** Put into words when somebody asks: most sets are never explained. */
    private volatile Supplier<Explanation> explanation;
    private volatile State state = State.DESCRIBED;
    private boolean moving;
    /** It was to be closed while somebody did not leave it. */
    private volatile boolean abandoned;

    SetImpl(Broker broker, SessionImpl session, Demand demand) {
        this.broker = broker;
        this.session = session;
        this.joining = new Joining(broker, buffers);
        this.demand = demand;
        this.explanation = () -> Explainer.of(demand);
        demand.parties().forEach(p -> attachments.add(new AttachmentImpl(this, p, broker.nextAttachment())));
    }

    List<LeaseImpl> leases() {
        return buffers;
    }

    int count() {
        return buffers.size();
    }

    @Override
    public BufferSpec spec() {
        return demand.spec();
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public List<UseId> uses() {
        return attachments.stream().map(a -> a.party().use().id()).toList();
    }

    @Override
    public Layout layout() {
        return demand.layout();
    }

    @Override
    public List<Attachment> attachments() {
        return List.copyOf(attachments);
    }

    @Override
    public List<MoveReport> moves() {
        return List.copyOf(moves);
    }

    @Override
    public List<SharedBuffer> buffers() {
        return List.copyOf(buffers);
    }

    @Override
    public Explanation explain() {
        if (state == State.DESCRIBED) {
            Demand described = demand;
            return Explainer.of(described, broker.placer().explain(session.name(), described, broker.lessons().doubts(described.parties())));
        }
        return explanation.get();
    }

    @Override
    public Outcome<BufferSet> allocate() {
        change.lock();
        try {
            require(State.DESCRIBED);
            Demand described = demand;
            return take(broker.lessons().doubts(demand.parties())).map(why -> allocateOtherwise(described, why)).orElseGet(() -> Outcome.ok(this));
        } finally {
            unlock();
        }
    }

    /** What was described cannot be had after all: other alternatives of its uses may. */
    private Outcome<BufferSet> allocateOtherwise(Demand described, Refusal why) {
        Optional<Alternatives> all = broker.planner().alternatives(described.spec(), uses()).asOptional().filter(Alternatives::any);
        for (Optional<Demand> next = all.flatMap(Alternatives::next); next.isPresent(); next = all.flatMap(Alternatives::next)) {
            Optional<Refusal> no = Optional.of(why);
            if (!next.get().parties().equals(described.parties())) {
                redescribe(next.get());
                no = take(broker.lessons().doubts(demand.parties()));
            }
            if (no.isEmpty()) {
                return Outcome.ok(this);
            }
            all.get().refuse(no.get());
        }
        redescribe(described);
        return Outcome.no(why);
    }

    /** Takes memory for all buffers, or for none. */
    private Optional<Refusal> take(Doubts doubts) {
        broker.sweep();
        demand = broker.exported(session.name(), demand);
        List<LeaseImpl> got = new ArrayList<>();
        for (int i = 0; i < demand.spec().count(); i++) {
            Outcome<LeaseImpl> one;
            try {
                one = one(doubts);
            } catch (RuntimeException e) {
                got.forEach(this::giveBack);
                throw e;
            }
            if (one instanceof Outcome.No<LeaseImpl>(Refusal why)) {
                got.forEach(this::giveBack);
                return Optional.of(i == 0 ? why : new Refusal(why.errno(), why.device(), why.use(), why.constraint(),
                        why.found() + " (for buffer " + (i + 1) + " of " + demand.spec().count() + ")", why.needed(), why.fix().equals(Placer.FEWER) ? "--count " + i : why.fix(), why.allocators()));
            }
            got.add(one.orThrow());
        }
        buffers.addAll(got);
        state = State.ALLOCATED;
        return Optional.empty();
    }

    /**
     * Takes memory and maps it for every use; where an importer takes none of it, gives it back and takes other memory. Sets are taken and
     * given back as a whole: one buffer whose pages happen to lie badly sends them all elsewhere.
     */
    Outcome<BufferSet> settle(Function<Demand, Trial> begin) {
        change.lock();
        try {
            require(State.DESCRIBED);
            Demand described = demand;
            Trial trial = begin.apply(described);
            while (true) {
                session.check(); // a session that closes waits for this set's lock, not for all offers
                Optional<Refusal> none = take(trial);
                if (none.isPresent()) {
                    return Outcome.no(trial.refusal(none));
                }
                Trial.Round round = joining.show(attachments);
                broker.lessons().learn(round);
                if (round.allTook()) {
                    state = State.MAPPED;
                    return Outcome.ok(this);
                }
                trial.add(round);
                buffers.forEach(this::giveBack);
                buffers.clear();
                demand = described;
                state = State.DESCRIBED;
                if (trial.over()) {
                    return Outcome.no(trial.refusal(Optional.empty()));
                }
            }
        } finally {
            unlock();
        }
    }

    private Outcome<LeaseImpl> one(Doubts doubts) {
        BufferId id = broker.nextBuffer();
        Placer.Result result = broker.placer().place(session.name(), session.number(), demand, id, doubts);
        Demand asked = demand;
        explanation = () -> Explainer.of(asked, result);
        return switch (result) {
            case Placer.Result.No(Placer.Failed f) -> Outcome.no(f.refusal());
            case Placer.Result.Yes(Placer.Placed p) -> Outcome.ok(keep(new BufferRecord(id, demand.spec(), demand.layout(), p.objects()), true));
        };
    }

    private LeaseImpl keep(BufferRecord record, boolean ours) {
        NewBuffer.make(broker, record, ours ? NewBuffer.dirty(record, session) : List.of(), i -> ours ? Optional.of(record.object(i) + " " + session.name()) : Optional.empty());
        // One lease is the set's own; the handle's may be closed by the application without taking the memory from under the set.
        record.lease(session.number(), session.name());
        record.lease(session.number(), session.name());
        if (attachments.stream().anyMatch(a -> a.party().isCpu())) {
            record.forCpu();
        }
        broker.add(record);
        return new LeaseImpl(broker, session, record);
    }

    /** Takes buffers whose memory is somebody else's, as they are. */
    Outcome<SetImpl> imported(IntFunction<Outcome<BufferRecord>> take) {
        change.lock();
        try {
            require(State.DESCRIBED);
            List<LeaseImpl> got = new ArrayList<>();
            Optional<Refusal> why = Optional.empty();
            try {
                for (int i = 0; i < demand.spec().count() && why.isEmpty(); i++) {
                    Outcome<BufferRecord> one = take.apply(i);
                    why = one.why();
                    one.asOptional().ifPresent(record -> got.add(keep(record, false)));
                }
            } catch (RuntimeException e) {
                got.forEach(this::giveBack);
                throw e;
            }
            if (why.isPresent()) {
                got.forEach(this::giveBack);
                return Outcome.no(why.get());
            }
            buffers.addAll(got);
            state = State.ALLOCATED;
            return Outcome.ok(this);
        } finally {
            unlock();
        }
    }

    private void giveBack(LeaseImpl buffer) {
        buffer.end();
        broker.unlease(buffer.record(), session.number());
    }

    @Override
    public Outcome<BufferSet> map() {
        change.lock();
        try {
            require(State.ALLOCATED);
            List<AttachmentImpl> done = new ArrayList<>();
            for (AttachmentImpl a : attachments) {
                done.add(a);
                Optional<Joining.Unjoined> no = joining.joinAndLearn(a);
                if (no.isPresent()) {
                    done.forEach(joining::part);
                    return Outcome.no(no.get().why());
                }
            }
            state = State.MAPPED;
            return Outcome.ok(this);
        } finally {
            unlock();
        }
    }

    boolean mayBounce(String device, ObjectId object) {
        return records().stream().filter(r -> r.id().equals(object.buffer())).anyMatch(r -> broker.mayBounce(device, r.objects().get(object.index()).region().region()));
    }

    private List<BufferRecord> records() {
        return buffers.stream().map(LeaseImpl::record).toList();
    }

    /** A plug-in that a move calls is on this very thread: the lock does not hold it up. */
    private void refuseInTheMiddle() {
        if (moving) {
            throw new IllegalStateException("the buffers are being moved: the set changes when that is over, and not in a call of the move");
        }
    }

    @Override
    public Outcome<Attachment> attach(UseId use, MovePolicy policy) {
        change.lock();
        try {
            refuseInTheMiddle();
            if (state == State.CLOSED) {
                throw broker.closed("the set is closed");
            }
            List<UseId> all = new ArrayList<>(uses());
            all.add(use);
            if (state == State.DESCRIBED) {
                return broker.helped(broker.planner().plan(demand.spec(), all).map(d -> {
                    redescribe(d);
                    return added(d.parties().getLast());
                }), demand.spec(), all);
            }
            return joinStanding(policy, all);
        } finally {
            unlock();
        }
    }

    @Override
    public Outcome<MovePlan> plan(UseId use) {
        change.lock();
        try {
            if (state == State.CLOSED) {
                throw broker.closed("the set is closed");
            }
            List<UseId> all = new ArrayList<>(uses());
            all.add(use);
            if (state == State.DESCRIBED) {
                return broker.helped(broker.planner().plan(demand.spec(), all).map(d -> MovePlan.nothing(use)), demand.spec(), all);
            }
            return Newcomer.ways(broker, standing(), all).map(List::getFirst).then(n -> n.misfits().isEmpty() ? Outcome.ok(MovePlan.nothing(use)) : n.plan(broker, standing()));
        } finally {
            unlock();
        }
    }

    private Standing standing() {
        return new Standing(session, demand, records(), attachments);
    }

    private Outcome<Attachment> joinStanding(MovePolicy policy, List<UseId> all) {
        return Newcomer.ways(broker, standing(), all).then(ways -> {
            Outcome<Attachment> first = join(ways.getFirst(), policy);
            Outcome<Attachment> got = first;
            // A plan takes no memory: whether there is enough for all buffers shows when they move.
            for (int i = 1; i < ways.size() && got.why().filter(w -> w.errno() == Errno.ENOMEM).isPresent(); i++) {
                got = join(ways.get(i), policy);
            }
            return got.isOk() ? got : first;
        });
    }

    private Outcome<Attachment> join(Newcomer n, MovePolicy policy) {
        return n.misfits().isEmpty() ? joinAsItIs(n, policy) : moveFor(n, policy, n.misfits().values().iterator().next());
    }

    /** Nothing is known against the memory; an importer may still refuse it. */
    private Outcome<Attachment> joinAsItIs(Newcomer n, MovePolicy policy) {
        AttachmentImpl a = added(n.party());
        if (state == State.MAPPED) {
            Optional<Joining.Unjoined> no = joining.joinAndLearn(a);
            if (no.isPresent()) {
                joining.part(a);
                attachments.remove(a);
                a.ended();
                Refusal why = no.get().why();
                return no.get().verdict() == Verdict.STOP ? Outcome.no(why) : moveFor(n.refused(records(), why), policy, why);
            }
        }
        demand = n.demand();
        return Outcome.ok(a);
    }

    /** The memory does not suit. */
    private Outcome<Attachment> moveFor(Newcomer n, MovePolicy policy, Refusal why) {
        Outcome<MovePlan> plan = n.plan(broker, standing());
        if (policy instanceof MovePolicy.Never) {
            return Outcome.no(plan.isOk() ? why.fixedBy("--move allow") : why);
        }
        if (plan instanceof Outcome.No<MovePlan>(Refusal no)) {
            return Outcome.no(no);
        }
        MovePlan p = plan.orThrow();
        if (!(policy instanceof MovePolicy.Allow(long limit)) || p.bytes() > limit) {
            return Outcome.no(Refusal.of(Errno.EPERM, "move", p.message(), "leave to move " + p.bytes() + " bytes").about(n.use().device(), n.use().use())
                    .fixedBy("--move allow:" + p.bytes()));
        }
        AttachmentImpl joiner = new AttachmentImpl(this, n.party(), broker.nextAttachment());
        Move move = new Move(broker, session, n.demand(), records(), attachments, joiner, state == State.MAPPED, n.trial(broker, records()));
        Optional<Refusal> no;
        moving = true;
        try {
            no = move.run();
        } finally {
            moving = false;
        }
        if (no.isPresent()) {
            return Outcome.no(no.get());
        }
        explanation = move.explanation();
        moves.add(move.report());
        demand = n.demand();
        attachments.add(joiner);
        for (AttachmentImpl lost : move.lost()) {
            broker.report(lost.party().use().id() + " is detached: it did not take the memory that its buffers were moved to");
            leave(lost);
        }
        Optional<Refusal> refused = state == State.MAPPED ? joining.tell(joiner) : Optional.empty();
        if (refused.isPresent()) {
            leave(joiner);
        }
        move.release();
        return refused.<Outcome<Attachment>>map(w -> Outcome.no(w.fixedBy(""))).orElseGet(() -> Outcome.ok(joiner));
    }

    private void leave(AttachmentImpl a) {
        attachments.remove(a);
        joining.part(a);
        a.ended();
        List<Party> parties = new ArrayList<>(demand.parties());
        parties.removeIf(p -> p.use().id().equals(a.party().use().id()));
        demand = new Demand(demand.spec(), parties, demand.layout(), demand.modifiers(), demand.memory(), demand.picture());
    }

    /** Nothing is mapped yet: with others beside it, a use may get another of its alternatives. */
    private void redescribe(Demand d) {
        demand = d;
        for (AttachmentImpl a : attachments) {
            d.parties().stream().filter(p -> p.use().id().equals(a.party().use().id())).findFirst().ifPresent(a::become);
        }
    }

    private AttachmentImpl added(Party party) {
        AttachmentImpl a = new AttachmentImpl(this, party, broker.nextAttachment());
        attachments.add(a);
        if (party.isCpu()) {
            buffers.forEach(b -> b.record().forCpu());
        }
        return a;
    }

    void detach(AttachmentImpl a) {
        change.lock();
        try {
            refuseInTheMiddle();
            if (!attachments.remove(a)) {
                return;
            }
            joining.part(a);
            a.ended();
            List<Party> parties = new ArrayList<>(demand.parties());
            parties.removeIf(p -> p.use().id().equals(a.party().use().id()));
            Demand left = new Demand(demand.spec(), parties, demand.layout(), demand.modifiers(), demand.memory(), demand.picture());
            if (state == State.DESCRIBED) {
                redescribe(broker.planner().plan(demand.spec(), parties.stream().map(p -> p.use().id()).toList()).asOptional().orElse(left));
            } else {
                demand = left;
            }
        } finally {
            unlock();
        }
    }

    /**
     * Ends the set. A plug-in that does not come back from a call keeps whoever called it, and nobody else: then the set is closed by him, when he leaves it.
     */
    @Override
    public void close() {
        long limit = 2 * broker.limits().seats().callNanos();
        if (!enter(limit)) {
            abandoned = true;
            broker.report("a set of " + count() + " buffers of session '" + session.name() + "' is not given back yet: somebody has been at it for "
                    + limit / 1_000_000 + " ms, as in a call into a plug-in that does not end");
            if (!change.tryLock()) {
                return;
            }
        }
        try {
            refuseInTheMiddle();
            end();
        } finally {
            change.unlock();
        }
    }

    /** Whether the set is this thread's now; an interrupt is no reason to keep buffers. */
    private boolean enter(long nanos) {
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return change.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whoever goes closes what was to be closed meanwhile; looked at behind the lock, so that one of the two sees the other. */
    private void unlock() {
        change.unlock();
        if (abandoned && !change.isHeldByCurrentThread() && change.tryLock()) {
            try {
                end();
            } finally {
                change.unlock();
            }
        }
    }

    private void end() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        for (AttachmentImpl a : attachments) {
            joining.part(a);
            a.ended();
        }
        attachments.clear();
        buffers.forEach(this::giveBack);
        buffers.clear();
        session.forget(this);
    }

    private void require(State wanted) {
        session.check();
        if (state != wanted) {
            throw new IllegalStateException("the set is " + state + ", not " + wanted);
        }
    }
}
