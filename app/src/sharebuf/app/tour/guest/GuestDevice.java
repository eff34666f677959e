package sharebuf.app.tour.guest;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;

/**
 * The device: it states its use, and what memory must be for it; no DMA is ever made. Written against allocator.api alone, as any plug-in.
 *
 * <p>Immutable.
 */
record GuestDevice(Device device, List<Use> uses) implements Importer, DmaMapOps, DeviceNode {
    @Override
    public MemoryConstraints through(Device of, UseId use, DmaConstraints own) {
        return own.iommu() ? MemoryConstraints.translated(use, own) : MemoryConstraints.direct(use, own);
    }

    @Override
    public void map(MapRequest request, Table table) {
        throw new UnsupportedOperationException(device + " is data, nothing is mapped for it");
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        throw new UnsupportedOperationException(device + " is data, nothing is mapped for it");
    }

    @Override
    public int ioctl(long request, MemorySegment arg) throws DeviceException {
        throw none("ioctl");
    }

    @Override
    public MemorySegment map(long offset, long length) throws DeviceException {
        throw none("mmap");
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        throw none("read");
    }

    @Override
    public int poll(int events, Duration limit) throws DeviceException {
        throw none("poll");
    }

    @Override
    public int handle(ObjectId object) throws DeviceException {
        throw none("handle");
    }

    private DeviceException none(String operation) {
        return new DeviceException(Errno.ENODEV, device.name(), operation, "the device is data");
    }
}
