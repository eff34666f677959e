package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_BUF_FLAG_DONE;
import static sharebuf.uapi.V4l2.V4L2_BUF_FLAG_ERROR;
import static sharebuf.uapi.V4l2.V4L2_BUF_FLAG_LAST;
import static sharebuf.uapi.V4l2.V4L2_BUF_FLAG_QUEUED;
import static sharebuf.uapi.V4l2.V4L2_FIELD_NONE;
import static sharebuf.uapi.V4l2.V4L2_MEMORY_DMABUF;
import static sharebuf.uapi.V4l2.V4L2_MEMORY_MMAP;
import static sharebuf.uapi.V4l2.VIDEO_MAX_PLANES;
import static sharebuf.uapi.V4l2.VIDIOC_QBUF;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Plane;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.State;

/**
 * The {@code v4l2_buffer} of one queue and its planes: allocated once, filled and read per frame. Hides whether the queue is single-
 * or multi-planar. Guarded by the lock of its queue.
 */
final class SlotIo {
    private static final long NANOS = 1_000_000_000;

    private final Ioctls node;
    private final int type;
    private final V4l2Buffer buffer;
    private final MemorySegment planeBytes;
    private final V4l2Plane[] planes = new V4l2Plane[VIDEO_MAX_PLANES];

    SlotIo(Ioctls node, int type, Arena arena) {
        this.node = node;
        this.type = type;
        buffer = new V4l2Buffer(arena.allocate(V4l2Buffer.LAYOUT));
        planeBytes = arena.allocate(V4l2Plane.LAYOUT, VIDEO_MAX_PLANES);
        for (int i = 0; i < VIDEO_MAX_PLANES; i++) {
            planes[i] = new V4l2Plane(planeBytes.asSlice(i * V4l2Plane.LAYOUT.byteSize(), V4l2Plane.LAYOUT));
        }
    }

    /** {@code VIDIOC_QBUF} of memory of the driver. */
    void queueMmap(int index, Slot slot) throws DeviceException {
        begin(index, V4L2_MEMORY_MMAP);
        if (!node.multiplanar()) {
            buffer.bytesUsed(slot.payload(0, 0));
        } else {
            for (int i = 0; i < VIDEO_MAX_PLANES; i++) {
                planes[i].bytesUsed(slot.payload(i, 0));
            }
        }
        node.call(VIDIOC_QBUF, buffer);
    }

    /**
     * {@code VIDIOC_QBUF} or {@code VIDIOC_PREPARE_BUF} of a buffer of the broker; what a device reads has a payload, the whole object
     * where none was set.
     */
    void giveDmabuf(long request, int index, Slot slot, Target target, boolean output) throws DeviceException {
        List<Long> sizes = target.attached().layout().objects();
        int count = target.objects().length;
        if (count > (node.multiplanar() ? VIDEO_MAX_PLANES : 1)) {
            throw node.invalid(request, "buffer " + target.objects()[0].buffer() + " has " + count + " objects, the queue takes "
                + (node.multiplanar() ? "at most " + VIDEO_MAX_PLANES : "1"));
        }
        begin(index, V4L2_MEMORY_DMABUF);
        if (!node.multiplanar()) {
            buffer.fd(node.node().handle(target.objects()[0])).length(length(sizes.getFirst(), output));
            buffer.bytesUsed(output ? slot.payload(0, sizes.getFirst()) : 0);
        } else {
            buffer.length(count);
            for (int i = 0; i < count; i++) {
                planes[i].fd(node.node().handle(target.objects()[i])).length(length(sizes.get(i), output));
                planes[i].bytesUsed(output ? slot.payload(i, sizes.get(i)) : 0);
            }
        }
        try {
            node.call(request, buffer);
        } catch (DeviceException e) {
            throw Imports.told(e, target, index);
        }
    }

    /**
     * The length that is given with a dma-buf. 0 means all of it, which may be the rest of a page that a driver asks for too; where there is
     * a payload, the kernel compares it with what is given here ({@code __verify_length} of {@code videobuf2-v4l2.c}).
     */
    private static long length(long bytes, boolean output) {
        return output ? bytes : 0;
    }

    /** An ioctl about a slot, whose answer is in {@link #buffer()} and {@link #plane}. */
    void ask(long request, int index, int memory) throws DeviceException {
        begin(index, memory);
        node.call(request, buffer);
    }

    V4l2Buffer buffer() {
        return buffer;
    }

    /** How many memory planes the answer has. */
    int planes() {
        return node.multiplanar() ? (int) Math.min(VIDEO_MAX_PLANES, buffer.length()) : 1;
    }

    int fd() {
        return node.multiplanar() ? planes[0].fd() : buffer.fd();
    }

    long offset(int plane) {
        return Integer.toUnsignedLong(node.multiplanar() ? planes[plane].memOffset() : buffer.offset());
    }

    long length(int plane) {
        return node.multiplanar() ? planes[plane].length() : buffer.length();
    }

    private List<Long> payload() {
        if (!node.multiplanar()) {
            return List.of(buffer.bytesUsed());
        }
        List<Long> bytes = new ArrayList<>(planes());
        for (int i = 0; i < planes(); i++) {
            bytes.add(planes[i].bytesUsed());
        }
        return bytes;
    }

    /** Where the slot of the answer is. */
    State state() {
        int flags = buffer.flags();
        return (flags & V4L2_BUF_FLAG_DONE) != 0 ? State.DONE : (flags & V4L2_BUF_FLAG_QUEUED) != 0 ? State.QUEUED : State.DEQUEUED;
    }

    /** The answer of {@code VIDIOC_DQBUF}. */
    Dequeued dequeued() {
        int flags = buffer.flags();
        return new Dequeued(buffer.index(), buffer.sequence(), buffer.seconds() * NANOS + buffer.micros() * 1000, payload(),
            (flags & V4L2_BUF_FLAG_ERROR) != 0, (flags & V4L2_BUF_FLAG_LAST) != 0);
    }

    private void begin(int index, int memory) {
        buffer.clear();
        buffer.index(index).type(type).memory(memory).field(V4L2_FIELD_NONE);
        if (node.multiplanar()) {
            planeBytes.fill((byte) 0);
            buffer.planes(planeBytes.address()).length(VIDEO_MAX_PLANES);
        }
    }
}
