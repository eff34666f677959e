package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import sharebuf.buffer.Errno;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Plane;

/**
 * The ioctls that carry {@code struct v4l2_buffer}: QUERYBUF, PREPARE_BUF, QBUF, DQBUF. Under the lock of its node; no state of its own.
 */
final class VideoBuffers {
    private static final long SECOND = 1_000_000_000L;
    private static final long PLANE_BYTES = V4l2Plane.LAYOUT.byteSize();

    private final VideoNode node;

    VideoBuffers(VideoNode node) {
        this.node = node;
    }

    void queue(VideoQueue queue, V4l2Buffer b, boolean forGood) throws Refused {
        Slot slot = queue.slot(b.index());
        if (b.memory() != queue.memory()) {
            throw new Refused(Errno.EINVAL, "memory " + b.memory() + ": the queue was set up with " + queue.memory());
        }
        MemorySegment planes = queue.multiplanar() ? VideoControls.planes(b, slot.planes.length, PLANE_BYTES) : MemorySegment.NULL;
        queue.refuseQueued(slot);
        if (slot.prepared && !forGood) {
            throw new Refused(Errno.EINVAL, "buffer " + slot.index + " is prepared already");
        }
        for (int i = 0; i < slot.planes.length && !slot.prepared; i++) {
            if (queue.multiplanar()) {
                V4l2Plane p = new V4l2Plane(planes.asSlice(i * PLANE_BYTES, PLANE_BYTES));
                prepare(queue, slot, i, p.fd(), p.length(), p.bytesUsed());
            } else {
                prepare(queue, slot, i, b.fd(), b.length(), b.bytesUsed());
            }
        }
        slot.prepared = true;
        if (queue.output()) { // the time stamp travels through the device
            slot.timestampNanos = b.seconds() * SECOND + b.micros() * 1000;
        }
        if (forGood) {
            queue.queue(slot);
            node.changed.signalAll();
        }
        write(queue, slot, b);
    }

    private void prepare(VideoQueue queue, Slot slot, int i, int fd, long length, long used) throws Refused {
        Slot.Plane plane = slot.planes[i];
        if (queue.memory() == V4l2.V4L2_MEMORY_DMABUF) {
            node.attach(queue, slot, i, fd, length);
        }
        if (queue.output()) {
            if (used > plane.length) {
                throw new Refused(Errno.EINVAL, "plane " + i + ": " + used + " bytes used of " + plane.length);
            }
            plane.bytesUsed = used == 0 ? plane.length : used; // vb2: who says nothing means everything
        }
    }

    void dequeue(VideoQueue queue, V4l2Buffer b) throws Refused {
        if (queue.multiplanar()) { // looked at before a buffer is taken out, so that a refused call loses none
            VideoControls.planes(b, queue.oldestDone().map(s -> s.planes.length).orElse(0), PLANE_BYTES);
        }
        Slot slot = queue.dequeue();
        int state = slot.last ? V4l2.V4L2_BUF_FLAG_LAST : 0;
        write(queue, slot, b);
        b.flags(b.flags() | state | (slot.error ? V4l2.V4L2_BUF_FLAG_ERROR : 0));
        node.changed.signalAll();
    }

    void write(VideoQueue queue, Slot slot, V4l2Buffer b) throws Refused {
        boolean own = queue.memory() == V4l2.V4L2_MEMORY_MMAP;
        b.index(slot.index).memory(queue.memory()).field(V4l2.V4L2_FIELD_NONE).flags(flags(queue, slot)).sequence(slot.sequence & 0xffff_ffffL);
        b.seconds(slot.timestampNanos / SECOND).micros(slot.timestampNanos % SECOND / 1000);
        if (!queue.multiplanar()) {
            Slot.Plane plane = slot.planes[0];
            b.bytesUsed(plane.bytesUsed).length(plane.length);
            if (own) {
                b.offset(VideoNode.cookie(queue, slot.index, 0));
            } else {
                b.fd(plane.fd);
            }
            return;
        }
        MemorySegment planes = VideoControls.planes(b, slot.planes.length, PLANE_BYTES);
        for (int i = 0; i < slot.planes.length; i++) {
            V4l2Plane p = new V4l2Plane(planes.asSlice(i * PLANE_BYTES, PLANE_BYTES));
            p.bytesUsed(slot.planes[i].bytesUsed).length(slot.planes[i].length).dataOffset(0);
            if (own) {
                p.memOffset(VideoNode.cookie(queue, slot.index, i));
            } else {
                p.fd(slot.planes[i].fd);
            }
        }
        b.length(slot.planes.length);
    }

    private int flags(VideoQueue queue, Slot slot) {
        int flags = node.queues().size() > 1 ? V4l2.V4L2_BUF_FLAG_TIMESTAMP_COPY : V4l2.V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
        if (slot.planes[0].mapping.isPresent()) {
            flags |= V4l2.V4L2_BUF_FLAG_MAPPED;
        }
        return flags | switch (slot.state) {
            case QUEUED -> V4l2.V4L2_BUF_FLAG_QUEUED;
            case DONE -> V4l2.V4L2_BUF_FLAG_DONE | (slot.error ? V4l2.V4L2_BUF_FLAG_ERROR : 0);
            case DEQUEUED -> slot.prepared ? V4l2.V4L2_BUF_FLAG_PREPARED : 0;
        };
    }
}
