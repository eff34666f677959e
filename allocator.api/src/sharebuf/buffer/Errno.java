package sharebuf.buffer;

/** The kernel's error numbers that Sharebuf speaks of, with their values on Linux (asm-generic). */
public enum Errno {
    /** Not permitted. */
    EPERM(1),
    /** No such entry. */
    ENOENT(2),
    /** Interrupted. */
    EINTR(4),
    /** Input or output failed. */
    EIO(5),
    /** Bad descriptor. */
    EBADF(9),
    /** Try again. */
    EAGAIN(11),
    /** No memory. */
    ENOMEM(12),
    /** Access denied. */
    EACCES(13),
    /** Bad address. */
    EFAULT(14),
    /** In use. */
    EBUSY(16),
    /** Exists already. */
    EEXIST(17),
    /** No such device. */
    ENODEV(19),
    /** Invalid argument. */
    EINVAL(22),
    /** Too many open descriptors. */
    EMFILE(24),
    /** Not an ioctl of this device. */
    ENOTTY(25),
    /** No space. */
    ENOSPC(28),
    /** Broken pipe: a stream has ended. */
    EPIPE(32),
    /** Out of range. */
    ERANGE(34),
    /** No lock: a signal that is not steady. */
    ENOLCK(37),
    /** Not implemented. */
    ENOSYS(38),
    /** No data: an input without such a signal. */
    ENODATA(61),
    /** No link: no signal. */
    ENOLINK(67),
    /** Protocol error: a plug-in broke its contract. */
    EPROTO(71),
    /** Not supported. */
    EOPNOTSUPP(95),
    /** Timed out. */
    ETIMEDOUT(110);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /**
     * The number on Linux.
     *
     * @return positive
     */
    public int number() {
        return number;
    }

    /**
     * The constant for a number.
     *
     * @param number positive
     * @return the constant; EIO for a number that is not listed
     */
    public static Errno of(int number) {
        for (Errno e : values()) {
            if (e.number == number) {
                return e;
            }
        }
        return EIO;
    }
}
