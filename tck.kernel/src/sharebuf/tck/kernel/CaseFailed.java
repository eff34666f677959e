package sharebuf.tck.kernel;

/** The kernel or our code does not do what the case asks for; the message says what was expected and what was seen. */
final class CaseFailed extends Exception {
    private static final long serialVersionUID = 1;

    CaseFailed(String message) {
        super(message);
    }

    /** Fails unless something is so. */
    static void unless(boolean so, String message) throws CaseFailed {
        if (!so) {
            throw new CaseFailed(message);
        }
    }
}
