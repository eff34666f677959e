package sharebuf.app.cli;

/** The call is wrong, or the machine or a file lacks something: exit 2. The message names what, its value and what is allowed. */
public final class WrongCall extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Says what is wrong.
     *
     * @param message the whole sentence
     */
    public WrongCall(String message) {
        super(message);
    }

    /**
     * About an option.
     *
     * @param option its name
     * @param value what was given
     * @param allowed what may be given
     * @return the exception
     */
    public static WrongCall option(String option, String value, String allowed) {
        return new WrongCall(option + " " + value + ": allowed: " + allowed);
    }
}
