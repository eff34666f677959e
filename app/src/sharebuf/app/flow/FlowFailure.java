package sharebuf.app.flow;

/** Frames stopped flowing; the message says at which device and why. */
public final class FlowFailure extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Says what happened.
     *
     * @param message the whole sentence
     * @param cause what was thrown, or null
     */
    public FlowFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
