package sharebuf.app.board;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;

/** The node of a device that states what it needs and never makes DMA: every call says ENODEV. */
public interface NoDma extends DeviceNode {
    @Override
    default int ioctl(long request, MemorySegment arg) throws DeviceException {
        throw none("ioctl");
    }

    @Override
    default MemorySegment map(long offset, long length) throws DeviceException {
        throw none("mmap");
    }

    @Override
    default int read(MemorySegment into) throws DeviceException {
        throw none("read");
    }

    @Override
    default int poll(int events, Duration limit) throws DeviceException {
        throw none("poll");
    }

    @Override
    default int handle(ObjectId object) throws DeviceException {
        throw none("handle");
    }

    private DeviceException none(String operation) {
        return new DeviceException(Errno.ENODEV, device().name(), operation, "the device makes no DMA");
    }
}
