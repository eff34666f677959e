package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;

/** Another open file of a node. What the node keeps apart by file, it keeps apart by this object. Thread-safe. */
final class SimFile implements DeviceFile {
    private final SimNode node;
    private final AtomicBoolean closed = new AtomicBoolean();

    SimFile(SimNode node) {
        this.node = node;
    }

    private void check(String operation) throws DeviceException {
        if (closed.get()) {
            throw new DeviceException(Errno.ENODEV, device().name(), operation, "this file was closed");
        }
    }

    @Override
    public Device device() {
        return node.device();
    }

    @Override
    public int ioctl(long request, MemorySegment arg) throws DeviceException {
        check(node.nameOf(request));
        return node.ioctl(this, request, arg);
    }

    @Override
    public MemorySegment map(long offset, long length) throws DeviceException {
        check("mmap");
        return node.map(offset, length);
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        check("read");
        return node.read(into);
    }

    @Override
    public int poll(int events, Duration limit) throws DeviceException {
        check("poll");
        return node.poll(events, limit);
    }

    @Override
    public int handle(ObjectId object) throws DeviceException {
        check("handle");
        return node.handle(object);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            node.closed(this);
        }
    }
}
