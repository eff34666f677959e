package sharebuf.tck;

/** A plug-in does not do what its contract says; the message says what. */
public final class CaseFailed extends AssertionError {
    private static final long serialVersionUID = 1;

    /**
     * A failure.
     *
     * @param message what was expected and what was seen
     */
    public CaseFailed(String message) {
        super(message);
    }

    /**
     * A failure with what the plug-in threw.
     *
     * @param message what was expected and what was seen
     * @param cause what was thrown
     */
    public CaseFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
