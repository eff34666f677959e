package sharebuf.exporter.v4l2;

import static sharebuf.uapi.V4l2.V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS;
import static sharebuf.uapi.V4l2.V4L2_FIELD_NONE;
import static sharebuf.uapi.V4l2.V4L2_MEMORY_MMAP;
import static sharebuf.uapi.V4l2.VIDIOC_CREATE_BUFS;
import static sharebuf.uapi.V4l2.VIDIOC_EXPBUF;
import static sharebuf.uapi.V4l2.VIDIOC_G_FMT;
import static sharebuf.uapi.V4l2.VIDIOC_REQBUFS;
import static sharebuf.uapi.V4l2.VIDIOC_S_FMT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.uapi.V4l2CreateBuffers;
import sharebuf.uapi.V4l2ExportBuffer;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2RequestBuffers;

/**
 * One buffer of a queue, from its making to its export.
 *
 * <p>{@code CREATE_BUFS} makes it: exactly one, of the wanted size, under the format that the queue has. The format is touched only where it
 * needs more than is wanted (1080p set, VGA wanted) or where the driver has no {@code CREATE_BUFS}, and put back after that: on a camera it is
 * everybody's.
 *
 * <p>Confined to one call.
 */
final class DriverQueue {
    private static final int RDWR_CLOEXEC = 02 | 0x80000; // O_RDWR | O_CLOEXEC, asm-generic/fcntl.h

    private final DeviceFile file;
    private final QueueType queue;
    private final Arena arena;
    private final V4l2Format format;
    private Optional<MemorySegment> before = Optional.empty();
    private boolean made;
    private int index;
    private int capabilities;

    /** Asks for the queue's format. */
    DriverQueue(DeviceFile file, QueueType queue, Arena arena) throws DeviceException {
        this.file = file;
        this.queue = queue;
        this.arena = arena;
        format = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(queue.type());
        file.ioctl(VIDIOC_G_FMT, format.segment());
    }

    /**
     * Makes a buffer.
     *
     * @param request what for
     * @param size bytes that it must have
     * @return the plane of it that has them
     * @throws DeviceException as the driver refuses; EOPNOTSUPP when its memory would end with its slot
     */
    int make(Request request, long size) throws DeviceException {
        if (sizeImage(0) > size) {
            set(request);
        }
        int plane = plane(request);
        try {
            create(plane, size);
        } catch (DeviceException e) {
            if (e.errno() != Errno.ENOTTY) {
                throw e;
            }
            set(request);
            plane = plane(request);
            request(plane, size);
        }
        if ((capabilities & V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS) == 0) {
            throw fail(Errno.EOPNOTSUPP, "VIDIOC_REQBUFS", "the driver's memory ends with its slot: no V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS");
        }
        return plane;
    }

    /** Sets the format of the wanted picture; a driver that has another is left with whatever it makes of it. */
    private void set(Request request) throws DeviceException {
        PixelFormat pixels = request.spec().format().orElse(null);
        if (pixels == null || before.isPresent()) {
            return;
        }
        V4l2Format wanted = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(queue.type());
        if (queue.multiplanar()) {
            wanted.pixMp().width(request.spec().width()).height(request.spec().height()).pixelFormat(pixels.v4l2Fourcc()).field(V4L2_FIELD_NONE).numPlanes(pixels.objects());
        } else {
            wanted.pix().width(request.spec().width()).height(request.spec().height()).pixelFormat(pixels.v4l2Fourcc()).field(V4L2_FIELD_NONE);
        }
        MemorySegment old = arena.allocate(V4l2Format.LAYOUT).copyFrom(format.segment());
        file.ioctl(VIDIOC_S_FMT, wanted.segment());
        before = Optional.of(old);
        format.segment().copyFrom(wanted.segment());
    }

    /** The plane of the object, where the queue has the picture's format; else the first, as good as any. */
    private int plane(Request request) {
        boolean same = request.spec().format().filter(f -> f.v4l2Fourcc() == (queue.multiplanar() ? format.pixMp().pixelFormat() : format.pix().pixelFormat())).isPresent();
        return same && request.object() < planes() ? request.object() : 0;
    }

    private int planes() {
        return queue.multiplanar() ? format.pixMp().numPlanes() : 1;
    }

    private long sizeImage(int plane) {
        return queue.multiplanar() ? format.pixMp().plane(plane).sizeImage() : format.pix().sizeImage();
    }

    private void create(int plane, long size) throws DeviceException {
        V4l2CreateBuffers c = new V4l2CreateBuffers(arena.allocate(V4l2CreateBuffers.LAYOUT)).count(1).memory(V4L2_MEMORY_MMAP);
        c.format().segment().copyFrom(format.segment());
        long bytes = Math.max(size, sizeImage(plane));
        if (queue.multiplanar()) {
            c.format().pixMp().plane(plane).sizeImage(bytes);
        } else {
            c.format().pix().sizeImage(bytes);
        }
        file.ioctl(VIDIOC_CREATE_BUFS, c.segment());
        made = true;
        index = c.index();
        capabilities = c.capabilities();
    }

    private void request(int plane, long size) throws DeviceException {
        if (sizeImage(plane) < size) {
            throw fail(Errno.EINVAL, "VIDIOC_REQBUFS", "buffers of " + sizeImage(plane) + " bytes as the format says, and no VIDIOC_CREATE_BUFS for others");
        }
        V4l2RequestBuffers r = new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT)).count(1).type(queue.type()).memory(V4L2_MEMORY_MMAP);
        file.ioctl(VIDIOC_REQBUFS, r.segment());
        made = true;
        index = 0;
        capabilities = r.capabilities();
    }

    /** A descriptor of the buffer's dma-buf. */
    int export(int plane) throws DeviceException {
        V4l2ExportBuffer e = new V4l2ExportBuffer(arena.allocate(V4l2ExportBuffer.LAYOUT)).type(queue.type()).index(index).plane(plane).flags(RDWR_CLOEXEC);
        file.ioctl(VIDIOC_EXPBUF, e.segment());
        return e.fd();
    }

    /**
     * Frees the slot, and puts the format back, whatever is said to the first.
     *
     * @throws DeviceException when the driver refuses either
     */
    void restore() throws DeviceException {
        try {
            if (made) {
                file.ioctl(VIDIOC_REQBUFS, new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT)).count(0).type(queue.type()).memory(V4L2_MEMORY_MMAP).segment());
            }
        } finally {
            if (before.isPresent()) {
                file.ioctl(VIDIOC_S_FMT, before.get());
            }
        }
    }

    private DeviceException fail(Errno errno, String operation, String detail) {
        return new DeviceException(errno, file.device().name(), operation, detail);
    }
}
