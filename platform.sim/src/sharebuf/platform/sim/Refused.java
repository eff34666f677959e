package sharebuf.platform.sim;

import sharebuf.buffer.Errno;

/** What a driver refuses, before the node has put the names of device and ioctl to it. Without a stack: it is no failure of ours. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    Refused(Errno errno, String detail) {
        super(detail, null, false, false);
        this.errno = errno;
    }

    Errno errno() {
        return errno;
    }
}
