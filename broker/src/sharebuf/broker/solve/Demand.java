package sharebuf.broker.solve;

import java.util.List;
import java.util.SortedSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.Modifier;
import sharebuf.memory.MemoryConstraints;

/**
 * What a set of uses needs: one layout, and constraints on memory.
 *
 * <p>Immutable.
 *
 * @param spec what was asked for
 * @param parties who takes part
 * @param layout the layout that all take
 * @param modifiers the arrangements that all take; empty for bytes
 * @param memory what memory must be
 * @param picture the picture's merged constraints, for the explanation
 */
public record Demand(BufferSpec spec, List<Party> parties, Layout layout, SortedSet<Modifier> modifiers, MemoryConstraints memory,
        List<Explanation.Line> picture) {
    /** Copies the lists. */
    public Demand {
        parties = List.copyOf(parties);
        picture = List.copyOf(picture);
    }

    /**
     * Names of the uses.
     *
     * @return in order
     */
    public List<UseId> uses() {
        return parties.stream().map(p -> p.use().id()).toList();
    }
}
