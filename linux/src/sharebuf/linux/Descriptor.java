package sharebuf.linux;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open descriptor of a {@link Descriptors} table. It is closed exactly once, and not while a call is in it: the number of a closed
 * descriptor may be another file's a moment later.
 *
 * <p>Thread-safe; {@link #enter} and {@link #leave} allocate nothing.
 */
public final class Descriptor implements AutoCloseable {
    private final Descriptors table;
    private final int number;
    private volatile String what;
    private final Optional<Libc.FileId> file;
    private final AtomicInteger users = new AtomicInteger(1); // one for being open
    private final AtomicBoolean closing = new AtomicBoolean();

    Descriptor(Descriptors table, int number, String what) {
        this.table = table;
        this.number = number;
        this.what = what;
        file = table.libc().identity(number);
    }

    /**
     * Begins a call. {@link #leave} ends it, unless the result is negative.
     *
     * @return the number; -EBADF when it was closed
     */
    public int enter() {
        int n = users.get();
        while (n > 0 && !closing.get()) { // from 0 there is no way back: it is closed
            if (users.compareAndSet(n, n + 1)) {
                return number;
            }
            n = users.get();
        }
        return -Libc.EBADF;
    }

    /** Ends a call. */
    public void leave() {
        if (users.decrementAndGet() == 0) {
            table.closeNow(this);
        }
    }

    /**
     * {@code ioctl(2)}; interrupted, it is repeated.
     *
     * @param request the ioctl's number
     * @param arg native
     * @return what it returns, or -errno; -EBADF when the descriptor was closed
     */
    public int ioctl(long request, MemorySegment arg) {
        int fd = enter();
        if (fd < 0) {
            return fd;
        }
        try {
            int done;
            do {
                done = table.libc().ioctl(fd, request, arg);
            } while (done == -Libc.EINTR);
            return done;
        } finally {
            leave();
        }
    }

    /**
     * Which file it is.
     *
     * @return device and inode; empty when it was closed, by somebody else too
     */
    public Optional<Libc.FileId> identity() {
        return isIntact() ? file : Optional.empty();
    }

    /**
     * Whether its number leads where it led when it was opened. When somebody else closed it, the number may be another file's by now.
     *
     * @return false when it does not, and from {@link #close} on. Files without an inode of their own ({@code anon_inode:}) cannot be
     *         told apart
     */
    public boolean isIntact() {
        int fd = enter();
        if (fd < 0) {
            return false;
        }
        try {
            return leadsToFile();
        } finally {
            leave();
        }
    }

    boolean leadsToFile() {
        return file.isPresent() && table.libc().identity(number).equals(file);
    }

    /**
     * The number, for structures that carry one.
     *
     * @return meaningful as long as whoever holds this keeps it open
     */
    public int number() {
        return number;
    }

    /**
     * What it is, for messages.
     *
     * @return such as {@code /dev/video0}
     */
    public String what() {
        return what;
    }

    /**
     * It is something else now, for messages.
     *
     * @param now such as {@code udmabuf of buffer-3}
     */
    public void what(String now) {
        what = now;
    }

    /**
     * Whether it was closed, or is about to be.
     *
     * @return true from the call of {@link #close} on
     */
    public boolean isClosed() {
        return closing.get();
    }

    /** Closes it when no call is in it any more; a second time does nothing. */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            leave();
        }
    }

    @Override
    public String toString() {
        return what + " (descriptor " + number + ")";
    }
}
