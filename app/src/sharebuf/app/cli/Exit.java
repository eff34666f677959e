package sharebuf.app.cli;

/** Exit codes of every command. */
public final class Exit {
    /** Done. */
    public static final int DONE = 0;
    /** A check failed. */
    public static final int FAILED = 1;
    /** The call is wrong or the machine lacks something. */
    public static final int WRONG = 2;
    /** Refused; the refusal was printed. */
    public static final int REFUSED = 3;
    /** Data were lost or torn. */
    public static final int LOST = 4;
    /** Ended by Ctrl-C: 128 + SIGINT, as shells have it. */
    public static final int INTERRUPTED = 130;

    private Exit() {
    }
}
