package sharebuf.tck.kernel;

/** The cases cannot be played: the call is wrong, or the product does not come up. */
final class NotPlayed extends Exception {
    private static final long serialVersionUID = 1;

    NotPlayed(String message) {
        super(message);
    }
}
