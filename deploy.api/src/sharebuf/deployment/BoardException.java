package sharebuf.deployment;

/** A board's description is wrong. */
public final class BoardException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Names what is wrong and what would be right.
     *
     * @param file the file
     * @param key where in it, such as {@code sharebuf.sim.region~cma/size}
     * @param value what stands there
     * @param allowed what may stand there
     */
    public BoardException(String file, String key, String value, String allowed) {
        super(file + ": " + key + ": " + value + "; allowed: " + allowed);
    }
}
