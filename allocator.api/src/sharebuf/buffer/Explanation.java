package sharebuf.buffer;

import java.util.List;
import java.util.Optional;

/**
 * Which memory suits a set of uses, and who says so.
 *
 * <p>Immutable.
 *
 * @param request what was asked for, as text
 * @param uses names of the uses
 * @param constraints the merged constraints, each with those who asked for it
 * @param allocators each allocator against each requirement
 * @param choices what was chosen, one an object; empty when nothing was
 * @param refusal why nothing was chosen
 */
public record Explanation(String request, List<String> uses, List<Line> constraints, List<Row> allocators, List<Choice> choices,
        Optional<Refusal> refusal) {

    /** Copies the lists. */
    public Explanation {
        uses = List.copyOf(uses);
        constraints = List.copyOf(constraints);
        allocators = List.copyOf(allocators);
        choices = List.copyOf(choices);
    }

    /**
     * A merged constraint.
     *
     * @param constraint its name
     * @param value its merged value, as text
     * @param by who asked for it
     */
    public record Line(String constraint, String value, List<String> by) {
        /** Copies the list. */
        public Line {
            by = List.copyOf(by);
        }
    }

    /**
     * An allocator's row.
     *
     * @param allocator its name
     * @param region the region it serves
     * @param object index of the object it was asked for, from 0
     * @param cells one a requirement
     * @param offered whether it could serve the object
     */
    public record Row(String allocator, String region, int object, List<Cell> cells, boolean offered) {
        /** Copies the list. */
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /**
     * An allocator against a requirement.
     *
     * @param requirement the requirement
     * @param pass whether it is met
     * @param reason why, or why not
     */
    public record Cell(String requirement, boolean pass, String reason) {
    }

    /**
     * What was chosen for an object.
     *
     * @param object index of the object, from 0
     * @param allocator who serves it
     * @param region from where
     * @param reason why this one
     */
    public record Choice(int object, String allocator, String region, String reason) {
    }
}
