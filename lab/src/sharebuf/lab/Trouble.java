package sharebuf.lab;

/** The run cannot go on; the message says why and what to do. Immutable. */
final class Trouble extends Exception {
    private static final long serialVersionUID = 1;

    /** The command's exit code. */
    final int exit;

    Trouble(int exit, String message) {
        super(message);
        this.exit = exit;
    }

    /** The call is wrong, or the machine lacks something. */
    static Trouble wrong(String message) {
        return new Trouble(2, message);
    }
}
