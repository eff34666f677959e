package sharebuf.tck;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;

/**
 * A kernel driver, played without a kernel: fails when it is told to, makes memory, and knows what was not given back. A vendor whose driver has
 * ioctls of its own plays it by a subclass.
 *
 * <p>Thread-safe: what a subclass overrides is called under the lock of the object.
 */
public abstract class TestDriver implements DeviceNode {
    private static final int FIRST_DESCRIPTOR = 1000; // far from those of the process

    private final Device device;
    private final Map<Integer, Exported> exported = new TreeMap<>();
    private final List<File> open = new ArrayList<>();
    private int nextDescriptor = FIRST_DESCRIPTOR;
    private int untilFailure = Integer.MAX_VALUE;
    private boolean forGood;
    private Errno errno;
    private boolean failed;

    /**
     * A dma-buf.
     *
     * @param bytes its size
     * @param writable whether it is open for writing too
     */
    public record Exported(long bytes, boolean writable) {
    }

    /**
     * A driver at which nothing is open.
     *
     * @param name of its device
     */
    protected TestDriver(String name) {
        device = new Device(name, List.of(), "kernel", DmaConstraints.builder().build());
    }

    /**
     * Which family of ioctls it speaks.
     *
     * @return {@link DeviceNode#DRM}, {@link DeviceNode#V4L2}, or a vendor's word
     */
    public abstract String kind();

    /**
     * The text of an ioctl's number.
     *
     * @param request the number
     * @return such as {@code VIDIOC_QBUF}
     */
    protected abstract String nameOf(long request);

    /**
     * Plays an ioctl.
     *
     * @param file empty for the node itself
     * @param request the number
     * @param arg the structure
     * @return what the ioctl returns
     * @throws DeviceException as the driver does
     */
    protected abstract int play(Optional<DeviceFile> file, long request, MemorySegment arg) throws DeviceException;

    /**
     * Whether a call gives something back or puts something right. Such a call does so even where it is told to fail: nobody could do more.
     *
     * @param request the number
     * @param arg the structure
     * @return true when it does
     */
    protected abstract boolean givesBack(long request, MemorySegment arg);

    /**
     * A file was closed: what it held goes.
     *
     * @param file the file
     */
    protected void closed(DeviceFile file) {
    }

    /**
     * What the driver holds beside files and descriptors: handles, buffers, settings that were changed.
     *
     * @return a few words each
     */
    protected abstract List<String> held();

    /**
     * Opens a dma-buf.
     *
     * @param bytes its size
     * @param writable whether it is open for writing too
     * @return its descriptor, which is the caller's until it is taken
     */
    protected final synchronized int export(long bytes, boolean writable) {
        exported.put(nextDescriptor, new Exported(bytes, writable));
        return nextDescriptor++;
    }

    /**
     * An error of this device.
     *
     * @param why the errno
     * @param request the ioctl
     * @return to be thrown
     */
    protected final DeviceException error(Errno why, long request) {
        return new DeviceException(why, device.name(), nameOf(request), "");
    }

    /**
     * Takes a descriptor over, as the platform does at {@code Claims.take}.
     *
     * @param descriptor the number
     * @return what it is of; empty when it is none of this driver's, or was taken before
     */
    public final synchronized Optional<Exported> take(int descriptor) {
        return Optional.ofNullable(exported.remove(descriptor));
    }

    /**
     * What was not given back.
     *
     * @return a few words each; empty when nothing is left
     */
    public final synchronized List<String> left() {
        List<String> left = new ArrayList<>(held());
        exported.forEach((descriptor, of) -> left.add("descriptor " + descriptor + " of " + of.bytes() + " bytes"));
        if (!open.isEmpty()) {
            left.add(open.size() + " open files");
        }
        return left;
    }

    /**
     * A call will fail.
     *
     * @param call which one from now on, from 0; opening a file is one
     * @param why what it says
     * @param everAfter whether those behind it fail, too
     */
    public final synchronized void fail(int call, Errno why, boolean everAfter) {
        untilFailure = call;
        errno = why;
        forGood = everAfter;
        failed = false;
    }

    /** No call fails any more. */
    public final synchronized void heal() {
        untilFailure = Integer.MAX_VALUE;
        forGood = false;
    }

    /**
     * Whether a call failed because it was told to.
     *
     * @return since {@link #fail}
     */
    public final synchronized boolean hasFailed() {
        return failed;
    }

    private boolean isToFail() {
        if (untilFailure > 0) {
            untilFailure--;
            return false;
        }
        if (!forGood) {
            untilFailure = Integer.MAX_VALUE;
        }
        failed = true;
        return true;
    }

    private synchronized int ioctl(Optional<DeviceFile> file, long request, MemorySegment arg) throws DeviceException {
        if (isToFail()) {
            if (givesBack(request, arg)) {
                play(file, request, arg);
            }
            throw error(errno, request);
        }
        return play(file, request, arg);
    }

    @Override
    public final Device device() {
        return device;
    }

    @Override
    public final int ioctl(long request, MemorySegment arg) throws DeviceException {
        return ioctl(Optional.empty(), request, arg);
    }

    @Override
    public final synchronized DeviceFile open() throws DeviceException {
        if (isToFail()) {
            throw new DeviceException(errno, device.name(), "open", "");
        }
        File file = new File();
        open.add(file);
        return file;
    }

    @Override
    public MemorySegment map(long offset, long length) throws DeviceException {
        throw new DeviceException(Errno.EINVAL, device.name(), "mmap", "the kit's drivers have no bytes");
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        throw new DeviceException(Errno.EAGAIN, device.name(), "read", "");
    }

    @Override
    public int poll(int events, Duration limit) throws DeviceException {
        return 0;
    }

    @Override
    public int handle(ObjectId object) throws DeviceException {
        throw new DeviceException(Errno.ENOENT, device.name(), "handle", "nothing is mapped for this device");
    }

    /** Another open file. */
    private final class File implements DeviceFile {
        private void requireOpen(String operation) throws DeviceException {
            synchronized (TestDriver.this) {
                if (!open.contains(this)) {
                    throw new DeviceException(Errno.ENODEV, device.name(), operation, "the file is closed");
                }
            }
        }

        @Override
        public void close() {
            synchronized (TestDriver.this) {
                if (open.remove(this)) {
                    closed(this);
                }
            }
        }

        @Override
        public Device device() {
            return device;
        }

        @Override
        public int ioctl(long request, MemorySegment arg) throws DeviceException {
            requireOpen(nameOf(request));
            return TestDriver.this.ioctl(Optional.of(this), request, arg);
        }

        @Override
        public MemorySegment map(long offset, long length) throws DeviceException {
            requireOpen("mmap");
            return TestDriver.this.map(offset, length);
        }

        @Override
        public int read(MemorySegment into) throws DeviceException {
            requireOpen("read");
            return TestDriver.this.read(into);
        }

        @Override
        public int poll(int events, Duration limit) throws DeviceException {
            requireOpen("poll");
            return TestDriver.this.poll(events, limit);
        }

        @Override
        public int handle(ObjectId object) throws DeviceException {
            requireOpen("handle");
            return TestDriver.this.handle(object);
        }
    }
}
