package sharebuf.linux;

/** A system call failed: what was being done, and the errno. */
public final class CallFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * Names both.
     *
     * @param what call and object, such as {@code open /dev/video0}
     * @param errno positive
     */
    public CallFailed(String what, int errno) {
        super(what + ": errno " + errno);
        this.errno = errno;
    }

    /**
     * The errno.
     *
     * @return positive
     */
    public int errno() {
        return errno;
    }

    /**
     * The result of a call, when there is one.
     *
     * @param result at least 0, or -errno
     * @param what call and object
     * @return the result
     * @throws CallFailed when it is negative
     */
    public static int check(int result, String what) throws CallFailed {
        if (result < 0) {
            throw new CallFailed(what, -result);
        }
        return result;
    }
}
