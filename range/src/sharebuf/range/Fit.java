package sharebuf.range;

/**
 * The places of a request inside one free block, in units. Immutable arithmetic, no state.
 *
 * <p>{@code mask} is the alignment less one, {@code edge} a power of two whose multiples the range must not contain in
 * its inside (0: no such edge; else not smaller than the request). Both answers are exact: when the first aligned
 * place crosses an edge, so do all places before that edge, and the edge itself is the next candidate (it is aligned,
 * unless the alignment is larger than the edge, and then nothing aligned can cross).
 *
 * <pre>
 *             lo   at                edge
 *   ─────┬────┴────┼─────────────────┼──────────────┬─────
 *        │ start   [   units ─ ─ ─ ─ ┼ ─ ]          │ end
 *        │                           [   units   ]  │
 * </pre>
 *
 * <p>Sums may pass 2^31; they are then negative and fail the comparison with the lower end.
 */
final class Fit {

    /** No place in this block. */
    static final int NONE = -1;

    private Fit() {
    }

    /** The lowest place with {@code lo <= place} and {@code place + units <= hi}, or {@link #NONE}. */
    static int lowest(int lo, int hi, int units, int mask, int edge) {
        int at = lo + mask & ~mask;
        if (edge != 0 && (at & edge - 1) > edge - units) {
            at = (at | edge - 1) + 1;
        }
        return at >= lo && at <= hi - units ? at : NONE;
    }

    /** The highest place with {@code lo <= place} and {@code place + units <= hi}, or {@link #NONE}. */
    static int highest(int lo, int hi, int units, int mask, int edge) {
        int at = hi - units;
        if (at < lo) {
            return NONE;
        }
        at &= ~mask;
        if (edge != 0 && (at & edge - 1) > edge - units) {
            at = (at | edge - 1) + 1 - units & ~mask;
        }
        return at >= lo ? at : NONE;
    }
}
