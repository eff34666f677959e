package sharebuf.tck;

/** There is nothing to check: the call is wrong, or the file is no plug-in of a kind that has cases. */
final class NotChecked extends Exception {
    private static final long serialVersionUID = 1;

    NotChecked(String message) {
        super(message);
    }
}
