package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.V4l2;

/**
 * An open node of the kernel.
 *
 * <p>Thread-safe. After {@link #close} every call says ENODEV; one that is in the kernel returns first.
 */
final class LinuxNode implements DeviceFile {
    /** How long a poll stays in the kernel before it looks for an interrupt or the end of the node. Events come at once. */
    private static final int SLICE_MILLIS = 50;

    private final Libc libc;
    private final DmaBufs dmaBufs;
    private final Device device;
    private final String kind;
    private final Descriptor node;
    private final LinuxPlatform platform;
    private final DeviceSpec spec;
    private final Optional<LinuxNode> first;
    private final Set<LinuxNode> files = ConcurrentHashMap.newKeySet();
    private final Arena maps = Arena.ofShared();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Opens the node. */
    LinuxNode(LinuxPlatform platform, DeviceSpec spec) throws CallFailed {
        this(platform, spec, Optional.empty());
    }

    private LinuxNode(LinuxPlatform platform, DeviceSpec spec, Optional<LinuxNode> first) throws CallFailed {
        this.first = first;
        this.platform = platform;
        this.spec = spec;
        libc = platform.libc();
        dmaBufs = platform.dmaBufs();
        device = spec.device();
        kind = spec.kind();
        node = platform.descriptors().open(platform.machine().at(spec.path()), Libc.O_RDWR | Libc.O_NONBLOCK);
    }

    @Override
    public Device device() {
        return device;
    }

    /** The descriptor, while the node is open. */
    int number() {
        return node.number();
    }

    @Override
    public int ioctl(long request, MemorySegment arg) throws DeviceException {
        int done = node.ioctl(request, arg);
        if (done < 0) {
            if (node.isClosed()) {
                throw gone(nameOf(request));
            }
            throw node.isIntact() ? Failures.of(device.name(), nameOf(request), -done, "") : stolen(nameOf(request));
        }
        return done;
    }

    /** Its number may be another file's by now, and what that said means nothing. */
    private DeviceException stolen(String operation) {
        return new DeviceException(Errno.EBADF, device.name(), operation, node + " was closed by somebody else");
    }

    private String nameOf(long request) {
        return kind.equals(DRM) ? Drm.nameOf(request) : V4l2.nameOf(request);
    }

    private int enter(String operation) throws DeviceException {
        int fd = node.enter();
        if (fd < 0) {
            throw gone(operation);
        }
        return fd;
    }

    private DeviceException gone(String operation) {
        return new DeviceException(Errno.ENODEV, device.name(), operation, node.what() + " was closed");
    }

    @Override
    public MemorySegment map(long offset, long length) throws DeviceException {
        try {
            return FilePiece.map(libc, List.of(new FilePiece(node, offset, length)), maps);
        } catch (CallFailed e) {
            throw e.errno() == Libc.EBADF ? gone("mmap") : Failures.of(device.name(), "mmap", e);
        } catch (IllegalStateException e) { // the arena ended meanwhile
            throw gone("mmap");
        }
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        int fd = enter("read");
        long done;
        try {
            do {
                done = libc.read(fd, into);
            } while (done == -Libc.EINTR);
        } finally {
            node.leave();
        }
        if (done < 0) {
            throw Failures.of(device.name(), "read", (int) -done, "");
        }
        return (int) done;
    }

    @Override
    public int poll(int events, Duration limit) throws DeviceException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = Math.max(0, end - System.nanoTime());
            int found = slice(events, (int) Math.min(SLICE_MILLIS, (left + 999_999) / 1_000_000));
            if (found > 0 || left == 0) {
                return found;
            }
            if (Thread.interrupted()) {
                throw new DeviceException(Errno.EINTR, device.name(), "poll", "the thread was interrupted");
            }
        }
    }

    private int slice(int events, int millis) throws DeviceException {
        int fd = enter("poll");
        int found;
        try {
            found = libc.poll(fd, events, millis);
        } finally {
            node.leave();
        }
        if (found < 0 && found != -Libc.EINTR) {
            throw Failures.of(device.name(), "poll", -found, "");
        }
        if (found > 0 && (found & Libc.POLLNVAL) != 0) {
            throw stolen("poll");
        }
        return Math.max(0, found);
    }

    @Override
    public int handle(ObjectId object) throws DeviceException {
        return dmaBufs.handle(object, device.name()).number();
    }

    @Override
    public DeviceFile open() throws DeviceException {
        LinuxNode file;
        try {
            file = new LinuxNode(platform, spec, Optional.of(this));
        } catch (CallFailed e) {
            throw Failures.of(device.name(), "open", e);
        }
        files.add(file);
        if (closed.get()) { // it may have missed the close of the others
            file.close();
            throw gone("open");
        }
        return file;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            first.ifPresent(f -> f.files.remove(this));
            files.forEach(LinuxNode::close);
            node.close();
            maps.close();
        }
    }

    @Override
    public String toString() {
        return device.name() + " (" + node.what() + ")";
    }
}
