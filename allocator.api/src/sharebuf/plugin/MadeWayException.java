package sharebuf.plugin;

/**
 * A call into a plug-in did nothing, because the plug-in was asked to make way. The broker makes the call again at the successor, or at
 * the same plug-in when the swap is off; a wait goes on for what is left of its time. See {@link Plugin#makeWay}.
 *
 * <p>Immutable. It has no stack trace: nobody ever sees it.
 */
public final class MadeWayException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** To be thrown by a call that has changed nothing. */
    public MadeWayException() {
        super("made way", null, false, false);
    }
}
