package sharebuf.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.ObjectMemory;
import sharebuf.broker.solve.Demand;
import sharebuf.broker.solve.Party;
import sharebuf.broker.solve.Placer;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;

/**
 * A use that wants to join a set with memory.
 *
 * @param demand what all uses need, in the layout that stands
 * @param party who joins
 * @param misfits the objects whose memory does not suit it, with what does not
 * @param unsaid whether an importer said so, of which its constraints said nothing: then other memory is looked for elsewhere
 */
record Newcomer(Demand demand, Party party, Map<ObjectId, Refusal> misfits, boolean unsaid) {
    private static final double NANOS = 1e9;

    Newcomer(Demand demand, Party party, Map<ObjectId, Refusal> misfits) {
        this(demand, party, misfits, false);
    }

    /**
     * One more use of memory that stands: who asked for what at allocation does not matter, what the extents are does.
     *
     * @param all uses, the newcomer last
     * @return the first of its alternatives that needs no move; else those for which there is other memory, the best first
     */
    static Outcome<List<Newcomer>> ways(Broker broker, Standing standing, List<UseId> all) {
        return broker.planner().joining(standing.demand().spec(), standing.demand().parties(), all).then(each -> {
            List<Outcome<Newcomer>> ways = each.stream().map(d -> of(broker, standing, d, all)).toList();
            Optional<Newcomer> still = ways.stream().flatMap(w -> w.asOptional().stream()).filter(n -> n.misfits().isEmpty()).findFirst();
            if (still.isPresent() || ways.size() == 1) {
                return still.map(List::of).map(Outcome::ok).orElseGet(() -> ways.getFirst().map(List::of));
            }
            List<Newcomer> move = ways.stream().flatMap(w -> w.asOptional().stream()).filter(n -> n.placed(broker, standing).isOk()).toList();
            return move.isEmpty() ? ways.getFirst().map(List::of) : Outcome.ok(move);
        });
    }

    private static Outcome<Newcomer> of(Broker broker, Standing standing, Demand all, List<UseId> uses) {
        Demand now = standing.demand();
        Party party = all.parties().getLast();
        Optional<Refusal> misfit = broker.pictureMisfit(now, party, uses);
        if (misfit.isPresent()) {
            return Outcome.no(misfit.get());
        }
        Demand wanted = new Demand(now.spec(), all.parties(), now.layout(), now.modifiers(), all.memory(), all.picture());
        return broker.planner().seenBy(party).map(seen -> new Newcomer(wanted, party,
                misfits(broker, standing.records(), party, seen.perObject(now.layout()), now.memory(), uses)));
    }

    UseId use() {
        return party.use().id();
    }

    /** What of the memory does not suit a use, judged on the extents that it really has and on what it was asked for; in the order of buffers and objects. */
    private static Map<ObjectId, Refusal> misfits(Broker broker, List<BufferRecord> records, Party party, MemoryConstraints seen, MemoryConstraints stands, List<UseId> all) {
        Map<ObjectId, Refusal> misfits = new LinkedHashMap<>();
        for (BufferRecord r : records) {
            for (int i = 0; i < r.objects().size(); i++) {
                ObjectMemory memory = r.objects().get(i);
                int object = i;
                broker.lessons().barred(party, memory.region().region()).or(() -> Placer.judge(memory, object, seen, stands)
                        .map(v -> Refusal.of(Errno.EINVAL, v.constraint(), v.found() + " in " + r.object(object), v.needed())
                                .about(party.device().name(), party.use().id().use())
                                .fixedBy("--uses " + String.join(",", all.stream().map(UseId::toString).toList()))))
                        .ifPresent(no -> misfits.put(r.object(object), no));
            }
        }
        return misfits;
    }

    /** The same, after an importer refused all of it. */
    Newcomer refused(List<BufferRecord> records, Refusal why) {
        Map<ObjectId, Refusal> all = new LinkedHashMap<>();
        records.forEach(r -> {
            for (int i = 0; i < r.objects().size(); i++) {
                all.put(r.object(i), why);
            }
        });
        return new Newcomer(demand, party, all, true);
    }

    /** What is held against memory: also where it lies now, if that was refused without a constraint that says why. */
    Trial trial(Broker broker, List<BufferRecord> records) {
        Trial trial = new Trial(broker.lessons().doubts(demand.parties()));
        if (unsaid) {
            Refusal why = misfits.values().iterator().next();
            List<Trial.Where> where = records.stream().map(Trial.Where::of).distinct().toList();
            trial.add(new Trial.Round(where, List.of(), where.stream().map(w -> new Trial.No(use(), w, why)).toList(), Optional.empty()));
        }
        return trial;
    }

    /** What a move would be, as far as can be said without taking memory; refused also when somebody keeps the buffers where they are. */
    Outcome<MovePlan> plan(Broker broker, Standing standing) {
        return Move.obstacle(broker, standing.records(), standing.attachments(), use()).<Outcome<MovePlan>>map(Outcome::no).orElseGet(() -> placed(broker, standing));
    }

    private Outcome<MovePlan> placed(Broker broker, Standing standing) {
        Trial trial = trial(broker, standing.records());
        return switch (broker.placer().explain(standing.session().name(), demand, trial)) {
            case Placer.Result.No(Placer.Failed f) -> Outcome.no(trial.anythingRefused() ? trial.refusal(Optional.of(f.refusal()))
                    : f.refusal().fixedBy(fix(f.refusal(), demand)));
            case Placer.Result.Yes(Placer.Placed p) -> {
                List<MovePlan.Moved> objects = new ArrayList<>();
                for (BufferRecord r : standing.records()) {
                    for (int i = 0; i < r.objects().size(); i++) {
                        objects.add(moved(r, i, p.choices().get(i)));
                    }
                }
                long bytes = objects.stream().mapToLong(MovePlan.Moved::size).sum();
                long speed = broker.bandwidth().bytesPerSecond();
                yield Outcome.ok(new MovePlan(use(), bytes, speed, Duration.ofNanos((long) (bytes * NANOS / speed)), standing.attachments().stream().filter(a -> !a.party().isCpu())
                        .map(a -> new MovePlan.Quiesced(a.party().use().id(), a.party().use().lettingGo())).toList(), objects));
            }
        };
    }

    /** A move needs the old and the new memory at once; who asks for all uses at the beginning does not. */
    static String fix(Refusal why, Demand demand) {
        return why.errno() == Errno.ENOMEM ? "--uses " + String.join(",", demand.uses().stream().map(UseId::toString).toList()) : why.fix();
    }

    private MovePlan.Moved moved(BufferRecord r, int i, Explanation.Choice to) {
        ObjectMemory from = r.objects().get(i);
        return new MovePlan.Moved(r.object(i), from.size(), from.allocator(), from.region().region().id().name(), to.allocator(), to.region(),
                Optional.ofNullable(misfits.get(r.object(i))).map(w -> w.constraint() + ": found " + w.found() + ", needed " + w.needed()).orElse(""));
    }
}
