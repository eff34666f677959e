package sharebuf.importer.v4l2;

import java.util.List;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.node.DeviceException;

/**
 * What a driver means that does not take a buffer. The kernel has a number for it, and a line in its log at most; what the numbers stand
 * for is in {@code drivers/media/common/videobuf2/}: {@code videobuf2-core.c} (length, descriptor), {@code videobuf2-dma-contig.c} (EFAULT:
 * not in one piece for the device), {@code videobuf2-vmalloc.c}, and in {@code drivers/dma-buf/dma-buf.c} (what the exporter says).
 */
final class Imports {
    private Imports() {
    }

    /** The same failure, with what was given and what would have been taken. */
    static DeviceException told(DeviceException e, Target target, int index) {
        String found = found(target);
        return new DeviceException(e.errno(), e.device(), e.operation(), "slot " + index + ": " + found + "; " + needed(e.errno())
            + (e.detail().isEmpty() || e.detail().contains(found) ? "" : "; " + e.detail()));
    }

    /** The failure as a refusal of an attachment. */
    static Refusal refusal(DeviceException e, UseId use, Target target) {
        return Refusal.of(e.errno(), e.operation(), found(target), needed(e.errno())).about(use.device(), use.use());
    }

    private static String found(Target target) {
        List<Long> sizes = target.attached().layout().objects();
        return "buffer " + target.objects()[0].buffer() + " of " + sizes.size() + (sizes.size() == 1 ? " object with " : " objects with ")
            + String.join(" + ", sizes.stream().map(Object::toString).toList()) + " bytes for " + target.attached().use();
    }

    private static String needed(Errno errno) {
        return switch (errno) {
            case EFAULT -> "memory that is one piece for the device and within its reach";
            case EINVAL -> "dma-bufs of at least the size that the format asks for, which the device can map";
            case ENOSYS, EOPNOTSUPP -> "a dma-buf whose exporter gives its pages; one of video memory has none";
            case ENOMEM -> "memory of the kernel for the mapping";
            case EBADF -> "an open dma-buf";
            case ENODEV -> "a device that is there";
            default -> "a dma-buf that the driver imports";
        };
    }
}
