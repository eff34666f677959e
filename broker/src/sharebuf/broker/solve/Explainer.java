package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Refusal;
import sharebuf.device.BufferCount;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;

/**
 * Puts a decision into words.
 *
 * <p>Stateless.
 */
public final class Explainer {
    private Explainer() {
    }

    /**
     * A demand and what was placed for it.
     *
     * @param d the demand
     * @param result the placement
     * @return the explanation
     */
    public static Explanation of(Demand d, Placer.Result result) {
        return switch (result) {
            case Placer.Result.Yes(Placer.Placed p) -> new Explanation(request(d.spec()), names(d.uses()), lines(d), p.rows(), p.choices(), Optional.empty());
            case Placer.Result.No(Placer.Failed f) -> new Explanation(request(d.spec()), names(d.uses()), lines(d), f.rows(), List.of(), Optional.of(f.refusal()));
        };
    }

    /**
     * A demand before memory is taken.
     *
     * @param d the demand
     * @return the explanation
     */
    public static Explanation of(Demand d) {
        return new Explanation(request(d.spec()), names(d.uses()), lines(d), List.of(), List.of(), Optional.empty());
    }

    /**
     * Uses that cannot be merged.
     *
     * @param spec the spec
     * @param uses the uses
     * @param why the contradiction
     * @return the explanation
     */
    public static Explanation of(BufferSpec spec, List<UseId> uses, Refusal why) {
        return new Explanation(request(spec), names(uses), List.of(), List.of(), List.of(), Optional.of(why));
    }

    private static String request(BufferSpec spec) {
        return spec.toString();
    }

    private static List<String> names(List<UseId> uses) {
        return uses.stream().map(UseId::toString).toList();
    }

    private static List<Explanation.Line> lines(Demand d) {
        MemoryConstraints c = d.memory();
        List<Explanation.Line> lines = new ArrayList<>(d.picture());
        lines.add(new Explanation.Line("reach", c.reach().value().toString(), names(List.copyOf(c.reach().by()))));
        if (!c.align().by().isEmpty()) {
            lines.add(new Explanation.Line("align", "a multiple of " + c.align().value(), names(List.copyOf(c.align().by()))));
        }
        for (SegmentRule r : c.rules()) {
            lines.add(new Explanation.Line("segments", r.limits().toString(), List.of(r.by().toString())));
        }
        c.regions().forEach((object, names) -> lines.add(new Explanation.Line("region of object " + object, String.join("|", names.value()), names(List.copyOf(names.by())))));
        c.vendor().forEach((name, v) -> lines.add(new Explanation.Line(name, Kinds.said(v.value()), names(List.copyOf(v.by())))));
        BufferCount count = BufferCount.of(d.parties().stream().map(Party::use).toList());
        if (!count.held().isEmpty()) {
            lines.add(new Explanation.Line("count", count.smooth() + " so that nobody waits: " + count + ", " + BufferCount.SLACK + " slack; at least " + count.least(), names(List.copyOf(count.held().keySet()))));
        }
        if (!d.spec().attributes().isEmpty()) {
            lines.add(new Explanation.Line("attributes", d.spec().attributes().toString(), List.of("the caller")));
        }
        return lines;
    }
}
