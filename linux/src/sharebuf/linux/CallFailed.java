package sharebuf.linux;

/** A system call failed: what was being done, and the errno. */
public final class CallFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final int errno;
    private final String what;

    /**
     * Names both.
     *
     * @param what call and object, such as {@code open /dev/video0}
     * @param errno positive
     */
    public CallFailed(String what, int errno) {
        super(what + ": " + name(errno));
        this.errno = errno;
        this.what = what;
    }

    /** Its name where calls of ours are known to say it (asm-generic/errno-base.h, errno.h), else the number. */
    private static String name(int errno) {
        String name = switch (errno) {
            case 1 -> "EPERM, not permitted";
            case 2 -> "ENOENT, no such file";
            case 4 -> "EINTR, interrupted";
            case 5 -> "EIO, input or output failed";
            case 9 -> "EBADF, no open descriptor";
            case 11 -> "EAGAIN, try again";
            case 12 -> "ENOMEM, no memory";
            case 13 -> "EACCES, access denied";
            case 14 -> "EFAULT, bad address";
            case 16 -> "EBUSY, in use";
            case 17 -> "EEXIST, exists already";
            case 19 -> "ENODEV, no such device";
            case 20 -> "ENOTDIR, a part of the path is no folder";
            case 21 -> "EISDIR, is a folder";
            case 22 -> "EINVAL, invalid argument";
            case 24 -> "EMFILE, too many open descriptors";
            case 25 -> "ENOTTY, no ioctl of this device";
            case 28 -> "ENOSPC, no space";
            case 32 -> "EPIPE, the other end is closed";
            case 36 -> "ENAMETOOLONG, the name is too long";
            case 88 -> "ENOTSOCK, no socket";
            case 90 -> "EMSGSIZE, the message is too long";
            case 95 -> "EOPNOTSUPP, not supported";
            case 98 -> "EADDRINUSE, the address is in use";
            case 104 -> "ECONNRESET, the other end is gone";
            case 110 -> "ETIMEDOUT, timed out";
            case 111 -> "ECONNREFUSED, nobody listens there";
            default -> "";
        };
        return name.isEmpty() ? "errno " + errno : name;
    }

    /**
     * What was being done.
     *
     * @return call and object, without the errno
     */
    public String what() {
        return what;
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
