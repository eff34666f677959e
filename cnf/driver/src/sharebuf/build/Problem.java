package sharebuf.build;

/** Something the user has to mend; the message says what and where. Printed without a stack trace. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit code: 1 = a check failed, 2 = the call is wrong or the machine lacks something. */
    final int exit;

    Problem(int exit, String message) {
        super(message);
        this.exit = exit;
    }

    Problem(String message) {
        this(1, message);
    }
}
