package sharebuf.node;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;

/**
 * An open device node, {@code /dev/video0} or {@code /dev/dri/card0}, or one that the simulator plays: a service of the platform
 * with the properties {@code sharebuf.device} and {@value #KIND}. Importers and exporters drive it with the kernel's own numbers
 * and structures, so that the same code runs on both.
 *
 * <p>It is open for reading and writing and without blocking ({@code O_NONBLOCK}): {@code VIDIOC_DQBUF} and {@code read} give EAGAIN
 * where nothing is ready, and {@link #poll} is what waits.
 *
 * <p>Thread-safe, as a descriptor is. Pointers inside structures are native addresses ({@link MemorySegment#address()} of a native
 * segment that lives at least until the return).
 */
@ProviderType
public interface DeviceNode {
    /** Service property: which family of ioctls it speaks, {@link #V4L2} or {@link #DRM}; a String. */
    String KIND = "sharebuf.node";
    /** Speaks {@code videodev2.h}. */
    String V4L2 = "v4l2";
    /** Speaks {@code drm.h} and {@code drm_mode.h}. */
    String DRM = "drm";

    /** Service property: name of the kernel driver behind it, a String; absent when there is none or it is not known. */
    String DRIVER = "driver";
    /** Service property: name of the device in sysfs, as the kernel's log names it, a String; absent when it is not known. */
    String KERNEL_NAME = "kernel.name";
    /**
     * Service property: the highest address that the device sends, a Long, unsigned; present where no IOMMU translates and it does not send
     * all 64 bits. What lies above is copied by the kernel into memory that the device reaches (swiotlb), and back when the driver asks for
     * it; a frame that is damaged so is noticed by nobody.
     */
    String MASK = "sharebuf.mask";
    /**
     * Service property beside {@link #MASK}: {@link #REFUSE}, then memory must be known to lie below, or {@link #ALLOW}, then the device's
     * constraints do not say so.
     */
    String BOUNCE = "sharebuf.bounce";
    /** Of {@link #BOUNCE}: no memory that the kernel may copy. */
    String REFUSE = "refuse";
    /** Of {@link #BOUNCE}: memory that the kernel may copy, at the risk of whoever configured it. */
    String ALLOW = "allow";

    /** Event for {@link #poll}: something can be read or dequeued. The value of {@code POLLIN}. */
    int POLLIN = 0x1;
    /** Event for {@link #poll}: something urgent, such as an event of V4L2. The value of {@code POLLPRI}. */
    int POLLPRI = 0x2;
    /** Event for {@link #poll}: an output buffer can be dequeued. The value of {@code POLLOUT}. */
    int POLLOUT = 0x4;
    /** Event from {@link #poll}: an error, such as no buffer queued. The value of {@code POLLERR}. */
    int POLLERR = 0x8;

    /**
     * The device.
     *
     * @return as the platform knows it
     */
    Device device();

    /**
     * {@code ioctl(2)}. Interrupted calls are repeated by the platform.
     *
     * @param request the ioctl's number
     * @param arg its structure, native and of the kernel's layout
     * @return what the ioctl returns, at least 0
     * @throws DeviceException with the errno
     */
    int ioctl(long request, MemorySegment arg) throws DeviceException;

    /**
     * {@code mmap(2)}, shared, for reading and writing.
     *
     * @param offset as the device said
     * @param length in bytes
     * @return the bytes; they end with the node
     * @throws DeviceException with the errno
     */
    MemorySegment map(long offset, long length) throws DeviceException;

    /**
     * {@code read(2)}: events of a DRM node.
     *
     * @param into a native segment
     * @return bytes read
     * @throws DeviceException with the errno; EAGAIN when there is nothing
     */
    int read(MemorySegment into) throws DeviceException;

    /**
     * {@code poll(2)}.
     *
     * @param events what to wait for, or-ed
     * @param limit how long
     * @return the events that are there; 0 when the time is over
     * @throws DeviceException ENODEV when the device is gone, EINTR when the thread was interrupted
     */
    int poll(int events, Duration limit) throws DeviceException;

    /**
     * The descriptor of an object's dma-buf, for structures that carry one. It stays the platform's: do not close it.
     *
     * @param object an object that is mapped for the device
     * @return the descriptor, at least 0
     * @throws DeviceException ENOENT when there is no such object
     */
    int handle(ObjectId object) throws DeviceException;

    /**
     * {@code open(2)}, once more: for work that must not meet what others do with this node.
     *
     * @return the file; whoever asked closes it
     * @throws DeviceException with the errno; EOPNOTSUPP where the platform cannot
     */
    default DeviceFile open() throws DeviceException {
        throw new DeviceException(Errno.EOPNOTSUPP, device().name(), "open", "this node has one file");
    }
}
