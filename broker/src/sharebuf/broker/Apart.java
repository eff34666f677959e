package sharebuf.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import sharebuf.broker.solve.Directory;
import sharebuf.broker.solve.Groups;
import sharebuf.broker.solve.Party;
import sharebuf.broker.solve.Placer;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Sharing;
import sharebuf.device.UseId;

/**
 * Finds as few sets as it can for uses that no memory suits together. What agrees is first judged by what the uses declare, and divided into the fewest groups
 * ({@link Groups}); then by what their importers took, which shrinks a group and divides the rest anew.
 *
 * <p>Confined to one thread, for one request.
 */
final class Apart {
    private static final int MOST_USES = 31;

    private final Broker broker;
    private final SessionImpl session;
    private final BufferSpec spec;

    Apart(Broker broker, SessionImpl session, BufferSpec spec) {
        this.broker = broker;
        this.session = session;
        this.spec = spec;
    }

    /** A set or why not, and what was tried; empty when nothing could be tried. */
    private record Tried(Outcome<BufferSet> set, Optional<Trial> trial) {
    }

    Outcome<Sharing> allocate(List<UseId> uses) {
        Tried together = together(uses);
        Optional<Refusal> why = together.set.why();
        if (why.isEmpty()) {
            return Outcome.ok(new Sharing(List.of(together.set.orThrow()), Optional.empty()));
        }
        if (stopped(together) || !divisible(uses)) {
            return Outcome.no(why.get());
        }
        List<UseId> left = new ArrayList<>(uses);
        left.remove(Directory.CPU);
        // Whoever writes fills the first set, the others are filled from it.
        left.stream().filter(this::writes).findFirst().ifPresent(writer -> {
            left.remove(writer);
            left.addFirst(writer);
        });
        List<BufferSet> sets = new ArrayList<>();
        boolean complete = false;
        try {
            while (!left.isEmpty()) {
                Outcome<BufferSet> next = next(left, sets.isEmpty() ? together.trial : Optional.empty());
                if (next instanceof Outcome.No<BufferSet>(Refusal alone)) {
                    return Outcome.no(alone);
                }
                sets.add(next.orThrow());
                left.removeAll(sets.getLast().uses());
            }
            complete = true;
        } finally {
            if (!complete) {
                sets.forEach(BufferSet::close);
            }
        }
        // Sharing failed in passing only: the uses agree after all.
        return Outcome.ok(new Sharing(sets, sets.size() == 1 ? Optional.empty() : why));
    }

    /** A set for the first of these uses and as many of the others as agree with it. */
    private Outcome<BufferSet> next(List<UseId> left, Optional<Trial> before) {
        List<UseId> group = declared(left);
        Optional<Trial> known = before.filter(t -> group.size() == left.size());
        while (true) {
            if (known.isPresent() && group.size() > 1) {
                shrink(group, known.get());
            }
            List<UseId> withCpu = new ArrayList<>(group);
            withCpu.add(Directory.CPU);
            Tried tried = together(withCpu);
            if (tried.set.isOk() || group.size() == 1 || stopped(tried)) {
                return tried.set;
            }
            if (tried.trial.isEmpty() || !tried.trial.get().anythingRefused()) {
                // No importer was to blame, so nobody knows who agrees: one use less is easier to serve.
                group.removeLast();
                known = Optional.empty();
            } else {
                known = tried.trial;
            }
        }
    }

    /** Keeps those that took the same memory as the first; the first alone when it took none. */
    private static void shrink(List<UseId> group, Trial known) {
        UseId first = group.getFirst();
        List<UseId> agreed = known.agreed(first);
        int before = group.size();
        group.removeIf(u -> !u.equals(first) && !agreed.contains(u));
        if (group.size() == before) {
            group.removeLast();
        }
    }

    /** By what they declare: the group of the first, where all are divided into the fewest groups that agree. */
    private List<UseId> declared(List<UseId> uses) {
        int group = Groups.first(uses.size(), mask -> agree(members(uses, mask)));
        return members(uses, group);
    }

    private static List<UseId> members(List<UseId> uses, int mask) {
        List<UseId> members = new ArrayList<>();
        for (int i = 0; i < uses.size(); i++) {
            if ((mask >> i & 1) != 0) {
                members.add(uses.get(i));
            }
        }
        return members;
    }

    private boolean agree(List<UseId> uses) {
        List<UseId> withCpu = new ArrayList<>(uses);
        withCpu.add(Directory.CPU);
        return broker.planner().plan(spec, withCpu).map(d -> broker.placer().explain(session.name(), d, broker.lessons().doubts(d.parties())) instanceof Placer.Result.Yes)
                .asOptional().orElse(false);
    }

    private Tried together(List<UseId> uses) {
        AtomicReference<Trial> trial = new AtomicReference<>();
        Outcome<BufferSet> set = session.allocate(spec, uses, trial::set);
        return new Tried(set, Optional.ofNullable(trial.get()));
    }

    private static boolean stopped(Tried tried) {
        return tried.trial.isPresent() && tried.trial.get().stopped();
    }

    /** A mistake stays one when it is divided: an unknown use, one named twice, two writers. */
    private boolean divisible(List<UseId> uses) {
        return uses.stream().filter(u -> !u.equals(Directory.CPU)).count() > 1 && new HashSet<>(uses).size() == uses.size()
                && uses.size() <= MOST_USES && uses.stream().allMatch(u -> broker.directory().find(u).isPresent()) && uses.stream().filter(this::writes).count() <= 1;
    }

    private boolean writes(UseId use) {
        return broker.directory().find(use).filter(p -> !p.isCpu()).map(Party::use).map(u -> u.access().writes()).orElse(false);
    }
}
