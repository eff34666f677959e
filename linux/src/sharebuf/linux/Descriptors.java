package sharebuf.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The descriptors that somebody has open. What is left when it is closed, it closes.
 *
 * <p>Thread-safe.
 */
public final class Descriptors implements AutoCloseable {
    private final Libc libc;
    private final Set<Descriptor> open = ConcurrentHashMap.newKeySet();
    private final List<String> stolen = new CopyOnWriteArrayList<>();

    /**
     * None is open.
     *
     * @param libc closes them
     */
    public Descriptors(Libc libc) {
        this.libc = libc;
    }

    /**
     * Opens a file; interrupted, it is tried again.
     *
     * @param path the file
     * @param flags {@code O_…} of {@link Libc}; closed on exec in any case
     * @return the descriptor
     * @throws CallFailed when it cannot be opened
     */
    public Descriptor open(Path path, int flags) throws CallFailed {
        int fd;
        do {
            fd = libc.open(path, flags | Libc.O_CLOEXEC);
        } while (fd == -Libc.EINTR);
        return adopt(CallFailed.check(fd, "open " + path), path.toString());
    }

    /**
     * Takes over a descriptor that a call returned.
     *
     * @param number the descriptor, at least 0
     * @param what what it is, for messages
     * @return who closes it
     */
    public Descriptor adopt(int number, String what) {
        Descriptor d = new Descriptor(this, number, what);
        open.add(d);
        return d;
    }

    /**
     * Whether a number is one of these: that of an open file that somebody here closes.
     *
     * @param number a descriptor
     * @return false when it is somebody else's
     */
    public boolean owns(int number) {
        return open.stream().anyMatch(d -> d.number() == number && d.isIntact());
    }

    /**
     * The descriptor of a file.
     *
     * @param id which file
     * @return one of those that are open on it; empty when there is none
     */
    public Optional<Descriptor> of(Libc.FileId id) {
        return open.stream().filter(d -> d.identity().filter(id::equals).isPresent()).findFirst();
    }

    /**
     * Another descriptor of the same open file, closed on exec. The first stays whose it is.
     *
     * @param number any descriptor of this process
     * @param what what it is, for messages
     * @return who closes the new one
     * @throws CallFailed EBADF when there is no such descriptor, EMFILE when there are too many
     */
    public Descriptor duplicate(int number, String what) throws CallFailed {
        return adopt(CallFailed.check(libc.fcntl(number, Libc.F_DUPFD_CLOEXEC, 0), "a second descriptor of " + what), what);
    }

    /**
     * Whose descriptors they are.
     *
     * @return closes them
     */
    public Libc libc() {
        return libc;
    }

    void closeNow(Descriptor d) {
        open.remove(d);
        // The number of a descriptor that somebody else closed is nobody's, or another file's: not ours to close.
        if (!d.leadsToFile() || libc.close(d.number()) == -Libc.EBADF) {
            stolen.add(d.toString());
        }
    }

    /**
     * How many are open.
     *
     * @return at least 0
     */
    public int count() {
        return open.size();
    }

    /**
     * Those that somebody else had closed.
     *
     * @return as text, in the order they were found
     */
    public List<String> stolen() {
        return List.copyOf(stolen);
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(Descriptor::close);
    }
}
