package sharebuf.slots;

/**
 * A rectangle that goes elsewhere. Moves of one plan are made all at once: one may go where another was. Immutable.
 *
 * @param handle whose
 * @param from where it is
 * @param to where it goes
 */
public record Move(int handle, Area from, Area to) {
}
