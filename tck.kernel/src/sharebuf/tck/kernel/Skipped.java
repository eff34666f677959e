package sharebuf.tck.kernel;

/** This machine lacks what a case needs; the message names it. */
final class Skipped extends Exception {
    private static final long serialVersionUID = 1;

    Skipped(String message) {
        super(message);
    }
}
