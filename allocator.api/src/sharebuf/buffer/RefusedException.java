package sharebuf.buffer;

/** A refusal where the caller had no use for an outcome. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    /**
     * Wraps a refusal.
     *
     * @param refusal why
     */
    public RefusedException(Refusal refusal) {
        super(refusal.message());
        this.refusal = refusal;
    }

    /**
     * Why it was refused.
     *
     * @return the refusal
     */
    public Refusal refusal() {
        return refusal;
    }
}
