package sharebuf.slots;

import java.util.List;

/**
 * How room is made for a rectangle. Immutable.
 *
 * @param place where it will lie
 * @param moves what goes elsewhere, all at once
 */
public record Plan(Area place, List<Move> moves) {

    /** Copies the list. */
    public Plan {
        moves = List.copyOf(moves);
    }
}
