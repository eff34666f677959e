package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.broker.seat.Seats;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.Asked;
import sharebuf.memory.MemoryConstraints;

/**
 * Merges what uses demand into one {@link Demand}, or says who contradicts whom.
 *
 * <p>Thread-safe.
 */
public final class Planner {
    /** Who asks for what the application wants, and no device. */
    static final UseId APPLICATION = new UseId("application", "application");

    private final Directory directory;
    private final Seats seats;
    private final Function<Demand, Outcome<String>> placeable;

    /**
     * Plans for the uses of a board.
     *
     * @param directory the uses
     * @param seats where the dma_map_ops sit
     * @param placeable names the allocators that would serve a demand now, or says why none does; decides between alternatives
     */
    public Planner(Directory directory, Seats seats, Function<Demand, Outcome<String>> placeable) {
        this.directory = directory;
        this.seats = seats;
        this.placeable = placeable;
    }

    /**
     * What the uses need together, with the best of their alternatives that memory suits now.
     *
     * @param spec what is wanted
     * @param uses who takes part
     * @return the demand
     */
    public Outcome<Demand> plan(BufferSpec spec, List<UseId> uses) {
        return alternatives(spec, uses, placeable).then(Alternatives::first);
    }

    /**
     * The same, one combination of alternatives after the other.
     *
     * @param spec what is wanted
     * @param uses who takes part
     * @return the best first
     */
    public Outcome<Alternatives> alternatives(BufferSpec spec, List<UseId> uses) {
        return alternatives(spec, uses, placeable);
    }

    /**
     * The same where other memory counts than what allocators would give.
     *
     * @param spec what is wanted
     * @param uses who takes part
     * @param judge names what serves a demand, or says why it does not suit
     * @return the best first
     */
    public Outcome<Alternatives> alternatives(BufferSpec spec, List<UseId> uses, Function<Demand, Outcome<String>> judge) {
        return parties(uses).then(parties -> {
            if (Alternatives.count(parties) > Alternatives.MOST) {
                Party p = parties.stream().max(Comparator.comparingInt((Party q) -> q.use().acceptable().size())).orElseThrow();
                return Outcome.no(Refusal.of(Errno.EINVAL, "alternatives", "more than " + Alternatives.MOST + " combinations", "at most " + Alternatives.MOST)
                        .about(p.device().name(), p.use().id().use()).fixedBy(Fixes.without(p.use().id(), uses)));
            }
            return Outcome.ok(new Alternatives(parties, p -> plan(p, spec), judge));
        });
    }

    /**
     * One more use beside uses whose alternatives are decided, since they are mapped so.
     *
     * @param spec what is wanted
     * @param standing the uses as they are
     * @param uses the names of all, the one more last
     * @return what all need together, one for each alternative of the newcomer that can be merged, the best first; at least one
     */
    public Outcome<List<Demand>> joining(BufferSpec spec, List<Party> standing, List<UseId> uses) {
        return parties(uses).then(parties -> {
            List<Party> decided = new ArrayList<>();
            for (Party now : parties.subList(0, parties.size() - 1)) {
                int rank = standing.stream().filter(p -> p.use().id().equals(now.use().id())).findFirst().map(p -> now.use().acceptable().indexOf(p.use().dma())).orElse(0);
                decided.add(new Party(now.use().choosing(Math.max(0, rank)), now.device()));
            }
            Party joins = parties.getLast();
            List<Outcome<Demand>> all = new ArrayList<>();
            for (int rank = 0; rank < joins.use().acceptable().size(); rank++) {
                List<Party> together = new ArrayList<>(decided);
                together.add(new Party(joins.use().choosing(rank), joins.device()));
                all.add(plan(together, spec));
            }
            List<Demand> merged = all.stream().flatMap(o -> o.asOptional().stream()).toList();
            return merged.isEmpty() ? Outcome.no(all.getFirst().why().orElseThrow()) : Outcome.ok(merged);
        });
    }

    private Outcome<List<Party>> parties(List<UseId> uses) {
        List<Party> parties = new ArrayList<>();
        for (UseId id : uses) {
            Outcome<Party> party = directory.get(id);
            if (party instanceof Outcome.No<Party>(Refusal why)) {
                return Outcome.no(why);
            }
            if (uses.indexOf(id) != uses.lastIndexOf(id)) {
                return Outcome.no(Refusal.of(Errno.EINVAL, "uses", id + " twice", "each use once").about(id.device(), id.use()).fixedBy(Fixes.once(uses)));
            }
            parties.add(party.orThrow());
        }
        return Outcome.ok(parties);
    }

    /**
     * What the uses need together when what a device does not reach is copied for it.
     *
     * @param spec what is wanted
     * @param uses who takes part
     * @return the best alternatives first; each demand says how much is copied. Empty when nobody's dma_map_ops copy
     */
    public Optional<Alternatives> bouncing(BufferSpec spec, List<UseId> uses) {
        return parties(uses).asOptional().filter(parties -> Alternatives.count(parties) <= Alternatives.MOST && parties.stream().anyMatch(this::copies))
                .map(parties -> new Alternatives(parties, chosen -> copying(spec, chosen), placeable));
    }

    private boolean copies(Party p) {
        return IntStream.range(0, p.use().acceptable().size()).anyMatch(rank -> loosened(new Party(p.use().choosing(rank), p.device())).isPresent());
    }

    private Outcome<Demand> copying(BufferSpec spec, List<Party> chosen) {
        List<UseId> copied = new ArrayList<>();
        return plan(chosen, spec, p -> loosened(p).map(loose -> {
            copied.add(p.use().id());
            return Outcome.ok(loose);
        }).orElseGet(() -> seenBy(p))).map(d -> {
            List<Explanation.Line> lines = new ArrayList<>(d.picture());
            copied.forEach(u -> lines.add(
                    new Explanation.Line("bounce", "at most " + d.layout().size() + " bytes a frame are copied, where memory lies beyond what it reaches", List.of(u.toString()))));
            return new Demand(d.spec(), d.parties(), d.layout(), d.modifiers(), d.memory(), lines);
        });
    }

    private Optional<MemoryConstraints> loosened(Party p) {
        return p.isCpu() ? Optional.empty() : seats.find(SeatKind.MAPOPS, p.device().addressSpace(), DmaMapOps.class)
                .flatMap(seat -> seat.callIfThere("bouncing", m -> m.bouncing(p.device(), p.use().id(), p.use().dma()).map(MemoryConstraints.class::cast)).asOptional()).flatMap(o -> o);
    }

    private Outcome<Demand> plan(List<Party> parties, BufferSpec spec) {
        return plan(parties, spec, this::seenBy);
    }

    private Outcome<Demand> plan(List<Party> parties, BufferSpec spec, Function<Party, Outcome<MemoryConstraints>> seenBy) {
        if (parties.isEmpty()) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "uses", "none", "at least one").fixedBy("--uses cpu"));
        }
        List<UseId> writers = parties.stream().filter(p -> !p.isCpu() && p.use().access().writes()).map(p -> p.use().id()).toList();
        if (writers.size() > 1) {
            UseId second = writers.get(1);
            return Outcome.no(Refusal.of(Errno.EINVAL, "writers", String.join(" and ", writers.stream().map(UseId::toString).toList()), "one writer a set")
                    .about(second.device(), second.use()).fixedBy(Fixes.without(second, Fixes.ids(parties))));
        }
        return Pictures.agree(spec, parties).then(agreed -> memory(spec, parties, agreed.layout(), seenBy)
                .then(memory -> feasible(memory, agreed.layout().objects().size(), parties).<Outcome<Demand>>map(Outcome::no)
                        .orElseGet(() -> Outcome.ok(new Demand(spec, parties, agreed.layout(), agreed.modifiers(), memory, agreed.lines())))));
    }

    /** The first that cannot be merged even by itself; plug-ins make them. */
    private static int broken(List<MemoryConstraints> all) {
        for (int i = 0; i < all.size() - 1; i++) {
            try {
                MemoryConstraints.merged(all.subList(i, i + 1));
            } catch (RuntimeException e) {
                return i;
            }
        }
        return all.size() - 1;
    }

    private Outcome<MemoryConstraints> memory(BufferSpec spec, List<Party> parties, Layout layout, Function<Party, Outcome<MemoryConstraints>> seenBy) {
        List<MemoryConstraints> all = new ArrayList<>();
        for (Party p : parties) {
            Outcome<MemoryConstraints> seen = seenBy.apply(p);
            if (seen instanceof Outcome.No<MemoryConstraints>) {
                return seen;
            }
            all.add(seen.orThrow());
        }
        MemoryConstraints merged;
        try {
            merged = MemoryConstraints.merged(all);
        } catch (RuntimeException broken) {
            Party p = parties.get(broken(all));
            return Outcome.no(Refusal.of(Errno.EPROTO, "mapops of " + p.device().addressSpace(), "constraints that cannot be merged: " + broken, "valid constraints")
                    .about(p.device().name(), p.use().id().use()));
        }
        Optional<Refusal> apart = merged.regions().isEmpty() ? Optional.empty() : apart(merged, spec, layout, parties);
        MemoryConstraints byObject = merged.perObject(layout);
        return apart.isPresent() ? Outcome.no(apart.get()) : Outcome.ok(spec.regions().isEmpty() ? byObject : wanted(spec).merge(byObject));
    }

    /** Planes that the layout puts into one object, and that some use wants in different memory. */
    private static Optional<Refusal> apart(MemoryConstraints byPlane, BufferSpec spec, Layout layout, List<Party> parties) {
        for (int object = 0; object < layout.objects().size(); object++) {
            int o = object;
            List<Integer> planes = IntStream.range(0, layout.planes().size()).filter(p -> layout.planes().get(p).object() == o && byPlane.regions().containsKey(p)).boxed().toList();
            boolean each = planes.stream().noneMatch(p -> byPlane.regions().get(p).value().isEmpty());
            if (planes.size() > 1 && each && byPlane.perObject(layout).regions().get(o).value().isEmpty()) {
                Asked<SortedSet<String>> last = byPlane.regions().get(planes.getLast());
                String format = spec.format().map(Object::toString).orElse("the buffer");
                Optional<PixelFormat> split = spec.format().flatMap(f -> PixelFormat.named(f.base().name() + "M"));
                return Optional.of(Refusal.of(Errno.EINVAL, "region of plane " + planes.getLast(),
                        format + " has planes " + String.join(" and ", planes.stream().map(String::valueOf).toList()) + " in one object",
                        String.join(", ", planes.stream().map(p -> "plane " + p + " in " + String.join(" or ", byPlane.regions().get(p).value())).toList()) + " for " + last.who())
                        .about(last.by().last().device(), last.by().last().use())
                        .fixedBy(split.map(f -> "--format " + f).orElse(Fixes.without(last.by().last(), Fixes.ids(parties)))));
            }
        }
        return Optional.empty();
    }

    private static MemoryConstraints wanted(BufferSpec spec) {
        DmaConstraints.Builder permitted = DmaConstraints.builder();
        spec.regions().forEach(permitted::regions);
        return MemoryConstraints.translated(APPLICATION, permitted.build());
    }

    /**
     * What memory must be for one use, seen through the dma_map_ops of its device; its regions are by plane.
     *
     * @param p the use
     * @return refused when nobody maps for its address space
     */
    public Outcome<MemoryConstraints> seenBy(Party p) {
        if (p.isCpu()) {
            return Outcome.ok(MemoryConstraints.NONE);
        }
        Seat<DmaMapOps> seat = seats.find(SeatKind.MAPOPS, p.device().addressSpace(), DmaMapOps.class).orElse(null);
        if (seat == null) {
            return Outcome.no(Refusal.of(Errno.ENODEV, "mapops of " + p.device().addressSpace(), "no such seat", "a plug-in of kind mapops")
                    .about(p.device().name(), p.use().id().use()).fixedBy("install a bundle with dma_map_ops for " + p.device().addressSpace()));
        }
        Outcome<MemoryConstraints> seen = seat.call("through", m -> m.through(p.device(), p.use().id(), p.use().dma()));
        return seen instanceof Outcome.No<MemoryConstraints>(Refusal why) ? Outcome.no(why.about(p.device().name(), p.use().id().use())) : seen;
    }

    /** Contradictions that no memory can solve. */
    private static Optional<Refusal> feasible(MemoryConstraints c, int objects, List<Party> parties) {
        if (c.reach().value().isEmpty()) {
            UseId last = c.reach().by().last();
            return Optional.of(Refusal.of(Errno.EINVAL, "reach", "no address that " + c.reach().who() + " all reach", "one window in common")
                    .about(last.device(), last.use()).fixedBy(Fixes.without(last, Fixes.ids(parties))));
        }
        for (var object : c.regions().entrySet()) {
            if (object.getKey() < objects && object.getValue().value().isEmpty()) {
                UseId last = object.getValue().by().stream().filter(u -> !u.equals(APPLICATION)).reduce((a, b) -> b).orElseThrow();
                return Optional.of(Refusal.of(Errno.EINVAL, "region of object " + object.getKey(), "no region that " + object.getValue().who() + " all permit",
                        "one region in common").about(last.device(), last.use()).fixedBy(Fixes.without(last, Fixes.ids(parties))));
            }
        }
        if (!c.conflicts().isEmpty()) {
            String conflict = c.conflicts().first();
            UseId last = c.declared().get(conflict.substring(0, conflict.indexOf(": "))).lastKey();
            return Optional.of(Refusal.of(Errno.EINVAL, conflict.substring(0, conflict.indexOf(": ")), conflict, "values that agree").about(last.device(), last.use()).fixedBy(Fixes.without(last, Fixes.ids(parties))));
        }
        return Optional.empty();
    }
}
