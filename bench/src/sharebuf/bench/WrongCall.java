package sharebuf.bench;

/** The command line or a file it names is wrong: the message is for the user, the exit code is 2. */
final class WrongCall extends Exception {

    private static final long serialVersionUID = 1;

    WrongCall(String message) {
        super(message);
    }
}
