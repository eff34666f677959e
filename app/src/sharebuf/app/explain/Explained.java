package sharebuf.app.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Learnt;
import sharebuf.app.cli.Refusals;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.buffer.Sharing;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.inventory.Snapshot;

/**
 * An explanation with the extents that were really taken for it.
 *
 * <p>Immutable.
 *
 * @param explanation what the broker says
 * @param layout where objects and planes lie; empty when nothing was taken
 * @param buffers the memory of each buffer, one an object; empty when nothing was taken
 * @param learnt what importing taught the broker of these uses
 * @param apart where all of it is refused: sets of the uses that would do, if somebody copies between them; empty when these would not either
 */
record Explained(Explanation explanation, Optional<Layout> layout, List<List<Snapshot.Memory>> buffers, List<Hypothesis> learnt, List<Group> apart) {
    private static final String BOUNCE = "bounce";

    /** Uses that share memory. */
    record Group(List<String> uses, List<String> regions) {
    }

    /**
     * Asks, takes memory, looks where it lies, and gives it back. Where the platform is a kernel, which tells nobody what its drivers demand,
     * the memory is imported as well.
     *
     * @param board the board
     * @param spec what is wanted
     * @param uses who will use it
     * @return the explanation
     */
    static Explained of(LiveBoard board, BufferSpec spec, List<UseId> uses) {
        boolean hidden = !board.platform().real().isEmpty();
        try (Session session = board.broker().open("explain")) {
            return switch (session.describe(spec, uses)) {
                case Outcome.No<BufferSet>(Refusal why) -> refused(board, session, spec, uses, board.broker().explain(spec, uses), why);
                case Outcome.Ok<BufferSet>(BufferSet set) -> {
                    Outcome<BufferSet> taken = hidden ? session.allocateFor(spec, uses) : set.allocate();
                    if (taken instanceof Outcome.No<BufferSet>(Refusal why)) {
                        yield refused(board, session, spec, uses, set.explain(), why);
                    }
                    BufferSet got = taken.orThrow();
                    yield taken(board, got, got.explain(), uses);
                }
            };
        }
    }

    private static Explained taken(LiveBoard board, BufferSet got, Explanation explanation, List<UseId> uses) {
        Snapshot snapshot = board.inventory().snapshot();
        return new Explained(explanation, Optional.of(got.layout()), got.buffers().stream().map(b -> memory(snapshot, b.id())).toList(), learnt(board, uses), List.of());
    }

    /** Where copies are allowed, the same request may be served after all; what is copied was looked at, not estimated. */
    private static Optional<Explained> bounced(LiveBoard board, Session session, BufferSpec spec, List<UseId> uses) {
        try (BufferSet got = session.allocateFor(spec, uses).asOptional().orElse(null)) {
            if (got == null) {
                return Optional.empty();
            }
            List<Explanation.Line> lines = new ArrayList<>(got.explain().constraints().stream().filter(l -> !l.constraint().equals(BOUNCE)).toList());
            for (Attachment a : got.attachments()) {
                long bytes = got.buffers().getFirst().objects().stream().mapToLong(a::bounced).sum();
                if (bytes > 0) {
                    lines.add(new Explanation.Line(BOUNCE, bytes + " bytes a frame are copied, since the memory lies beyond what it reaches", List.of(a.use().id().toString())));
                }
            }
            Explanation e = got.explain();
            return Optional.of(taken(board, got, new Explanation(e.request(), e.uses(), lines, e.allocators(), e.choices(), e.refusal()), uses));
        }
    }

    private static Explained refused(LiveBoard board, Session session, BufferSpec spec, List<UseId> uses, Explanation explanation, Refusal why) {
        Optional<Explained> bounced = bounced(board, session, spec, uses);
        if (bounced.isPresent()) {
            return bounced.get();
        }
        List<BufferSet> sets = session.allocateApart(spec, uses).asOptional().map(Sharing::sets).orElse(List.of());
        Snapshot snapshot = board.inventory().snapshot();
        List<Group> groups = sets.stream().map(s -> new Group(s.uses().stream().map(UseId::toString).toList(),
                s.buffers().stream().flatMap(b -> memory(snapshot, b.id()).stream()).map(Snapshot.Memory::region).distinct().toList())).toList();
        return new Explained(refused(explanation, board.bounceable(why)), Optional.empty(), List.of(), learnt(board, uses), groups);
    }

    /** Refused before anything could be looked at: a name that the board does not know. */
    static Explained refused(BufferSpec spec, List<String> names, Refusal why) {
        return new Explained(new Explanation(spec.toString(), names, List.of(), List.of(), List.of(), Optional.of(why)), Optional.empty(), List.of(), List.of(), List.of());
    }

    /** A refusal on the way to memory counts, whatever was found before. */
    private static Explanation refused(Explanation e, Refusal why) {
        return new Explanation(e.request(), e.uses(), e.constraints(), e.allocators(), List.of(), Optional.of(why));
    }

    /** The same with another refusal, if it is one. */
    Explained mended(UnaryOperator<Refusal> how) {
        Explanation e = explanation;
        return new Explained(new Explanation(e.request(), e.uses(), e.constraints(), e.allocators(), e.choices(), e.refusal().map(how)), layout, buffers, learnt, apart);
    }

    private static List<Hypothesis> learnt(LiveBoard board, List<UseId> uses) {
        return board.broker().learnt().stream().filter(h -> uses.contains(h.use())).toList();
    }

    private static List<Snapshot.Memory> memory(Snapshot snapshot, BufferId id) {
        return snapshot.buffers().stream().filter(b -> b.id().equals(id)).flatMap(b -> b.objects().stream()).toList();
    }

    private List<String> extents(int object) {
        return buffers.isEmpty() ? List.of() : buffers.getFirst().get(object).extents().stream().map(Objects::toString).toList();
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("request", explanation.request());
        map.put("uses", explanation.uses());
        List<Object> constraints = new ArrayList<>();
        for (Explanation.Line line : explanation.constraints()) {
            constraints.add(of("constraint", line.constraint(), "value", line.value(), "by", line.by()));
        }
        map.put("constraints", constraints);
        List<Object> allocators = new ArrayList<>();
        for (Explanation.Row row : explanation.allocators()) {
            List<Object> cells = new ArrayList<>();
            row.cells().forEach(c -> cells.add(of("requirement", c.requirement(), "pass", c.pass(), "reason", c.reason())));
            allocators.add(of("allocator", row.allocator(), "region", row.region(), "object", row.object(), "offered", row.offered(), "cells", cells));
        }
        map.put("allocators", allocators);
        List<Object> choices = new ArrayList<>();
        for (Explanation.Choice c : explanation.choices()) {
            choices.add(of("object", c.object(), "allocator", c.allocator(), "region", c.region(), "reason", c.reason(), "extents", extents(c.object())));
        }
        map.put("choices", choices);
        map.put("layout", layout.map(Explained::json));
        List<Object> all = new ArrayList<>();
        for (List<Snapshot.Memory> buffer : buffers) {
            List<Object> objects = new ArrayList<>();
            buffer.forEach(m -> objects.add(of("allocator", m.allocator(), "region", m.region(), "extents",
                    m.extents().stream().map(Objects::toString).toList())));
            all.add(objects);
        }
        map.put("buffers", all);
        map.put("apart", apart.stream().map(g -> of("uses", g.uses(), "regions", g.regions())).toList());
        map.put("learnt", learnt.stream().map(Learnt::json).toList());
        map.put("refusal", Refusals.json(explanation.refusal()));
        return map;
    }

    private static Map<String, Object> json(Layout layout) {
        List<Object> planes = new ArrayList<>();
        layout.planes().forEach(p -> planes.add(of("object", p.object(), "offset", p.offset(), "pitch", p.pitch(), "rows", p.rows(), "size", p.size())));
        return of("objects", layout.objects(), "planes", planes);
    }

    private static Map<String, Object> of(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }
}
