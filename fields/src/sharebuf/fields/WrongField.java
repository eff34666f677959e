package sharebuf.fields;

/** What stands in a file is wrong. The message names file, place, value and what is allowed. */
public final class WrongField extends Exception {
    private static final long serialVersionUID = 1;

    private final String where;
    private final String found;
    private final String allowed;

    /**
     * Says what is wrong.
     *
     * @param file name of the file
     * @param separator between file and place, such as {@code ": "}
     * @param where the place in it: a key, or line and column
     * @param found what stands there
     * @param allowed what may stand there
     */
    WrongField(String file, String separator, String where, String found, String allowed) {
        super(file + separator + where + ": " + found + "; allowed: " + allowed);
        this.where = where;
        this.found = found;
        this.allowed = allowed;
    }

    /**
     * Where.
     *
     * @return a key with its path, such as {@code uses[0].align}, or line and column
     */
    public String where() {
        return where;
    }

    /**
     * What stands there.
     *
     * @return as messages show it
     */
    public String found() {
        return found;
    }

    /**
     * What may stand there.
     *
     * @return the range or the choices
     */
    public String allowed() {
        return allowed;
    }
}
