package sharebuf.video;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.buffer.BufferId;
import sharebuf.format.FormatRange;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;

/**
 * A video device: a capture queue that it writes, an output queue that it reads, or both (memory to memory).
 *
 * <p>Thread-safe. Errors are those of V4L2: a wrong order or index is a {@link DeviceException} with the errno that the ioctl gives.
 * Implemented by importers; applications hold the broker's handle, which outlives a replaced importer.
 */
@ConsumerType
public interface VideoDevice {
    /** A queue. */
    enum Queue {
        /** The device writes: {@code V4L2_BUF_TYPE_VIDEO_CAPTURE} or its MPLANE variant. */
        CAPTURE,
        /** The device reads: {@code V4L2_BUF_TYPE_VIDEO_OUTPUT} or its MPLANE variant. */
        OUTPUT
    }

    /** Where the memory of a queue comes from. */
    enum Memory {
        /** The driver allocates. */
        MMAP,
        /** The broker's buffers. */
        DMABUF
    }

    /**
     * What the device is.
     *
     * @param driver name of the driver
     * @param card name of the device
     * @param queues the queues it has
     * @param multiplanar whether it speaks the multi-planar API
     */
    record Capability(String driver, String card, List<Queue> queues, boolean multiplanar) {
        /** Copies the list. */
        public Capability {
            queues = List.copyOf(queues);
        }
    }

    /**
     * The format of a queue.
     *
     * @param format the pixels; empty for a bitstream
     * @param width in pixels
     * @param height in pixels
     * @param planes memory planes, one an object
     */
    record Format(Optional<PixelFormat> format, int width, int height, List<Plane> planes) {
        /** Copies the list. */
        public Format {
            planes = List.copyOf(planes);
        }
    }

    /**
     * A memory plane.
     *
     * @param bytesPerLine pitch of its first row, in bytes
     * @param sizeImage least size of the memory, in bytes
     */
    record Plane(long bytesPerLine, long sizeImage) {
    }

    /** Where a buffer of a queue is. */
    enum State {
        /** With the application. */
        DEQUEUED,
        /** Queued, not yet done. */
        QUEUED,
        /** Done, waiting to be dequeued. */
        DONE
    }

    /**
     * A buffer that came back.
     *
     * @param index in its queue
     * @param sequence number of the frame, from 0
     * @param timestampNanos when it was captured, in nanoseconds of the monotonic clock
     * @param bytesUsed bytes of payload in each memory plane
     * @param error whether the device says that the bytes are damaged
     * @param last whether it is the last of a stream
     */
    record Dequeued(int index, long sequence, long timestampNanos, List<Long> bytesUsed, boolean error, boolean last) {
        /** Copies the list. */
        public Dequeued {
            bytesUsed = List.copyOf(bytesUsed);
        }
    }

    /**
     * What it is ({@code VIDIOC_QUERYCAP}).
     *
     * @return the capability
     * @throws DeviceException with the errno
     */
    Capability capability() throws DeviceException;

    /**
     * What a queue takes ({@code VIDIOC_ENUM_FMT}, {@code VIDIOC_ENUM_FRAMESIZES}).
     *
     * @param queue the queue
     * @return the pictures; empty for a queue of bitstreams
     * @throws DeviceException EINVAL when there is no such queue
     */
    List<FormatRange> formats(Queue queue) throws DeviceException;

    /**
     * Sets the format ({@code VIDIOC_S_FMT}); the driver may change what it does not like.
     *
     * @param queue the queue
     * @param format the pixels
     * @param width in pixels
     * @param height in pixels
     * @param bytesPerLine pitch wanted, in bytes; 0 leaves it to the driver
     * @return what was set
     * @throws DeviceException EBUSY while the queue has buffers, EINVAL when there is no such queue
     */
    Format setFormat(Queue queue, PixelFormat format, int width, int height, long bytesPerLine) throws DeviceException;

    /**
     * Sets a bitstream as the format ({@code VIDIOC_S_FMT}).
     *
     * @param queue the queue
     * @param sizeImage most bytes of a unit
     * @return what was set
     * @throws DeviceException EBUSY while the queue has buffers, EINVAL when the queue takes no bitstream
     */
    Format setBitstream(Queue queue, long sizeImage) throws DeviceException;

    /**
     * Sets the time from frame to frame ({@code VIDIOC_S_PARM}).
     *
     * @param queue the queue
     * @param interval at least 0; 0 means as fast as it goes
     * @throws DeviceException EINVAL when there is no such queue
     */
    void setFrameInterval(Queue queue, Duration interval) throws DeviceException;

    /**
     * Makes the slots of a queue ({@code VIDIOC_REQBUFS}).
     *
     * @param queue the queue
     * @param memory where memory comes from
     * @param count how many; 0 frees all
     * @return how many there are
     * @throws DeviceException EBUSY while streaming, ENOMEM, EINVAL
     */
    int requestBuffers(Queue queue, Memory memory, int count) throws DeviceException;

    /**
     * Where a slot is ({@code VIDIOC_QUERYBUF}).
     *
     * @param queue the queue
     * @param index of the slot
     * @return its state
     * @throws DeviceException EINVAL when there is no such slot
     */
    State query(Queue queue, int index) throws DeviceException;

    /**
     * Queues a buffer of the broker ({@code VIDIOC_QBUF} with {@code V4L2_MEMORY_DMABUF}).
     *
     * @param queue the queue
     * @param index of the slot
     * @param buffer a buffer that is attached to the queue's use
     * @throws DeviceException EINVAL for a wrong index, a slot that is queued already, other memory, or a buffer that is not attached
     */
    void queue(Queue queue, int index, BufferId buffer) throws DeviceException;

    /**
     * Queues a buffer of the driver ({@code VIDIOC_QBUF} with {@code V4L2_MEMORY_MMAP}).
     *
     * @param queue the queue
     * @param index of the slot
     * @throws DeviceException EINVAL for a wrong index, a slot that is queued already, or other memory
     */
    void queue(Queue queue, int index) throws DeviceException;

    /**
     * Sets the payload of an output buffer that the application fills, before it is queued.
     *
     * @param queue the queue
     * @param index of the slot
     * @param bytesUsed one number a memory plane
     * @throws DeviceException EINVAL
     */
    void setPayload(Queue queue, int index, List<Long> bytesUsed) throws DeviceException;

    /**
     * The bytes of a driver's buffer ({@code mmap(2)}).
     *
     * @param queue the queue
     * @param index of the slot
     * @param plane memory plane, from 0
     * @return the bytes; gone after {@code requestBuffers(queue, MMAP, 0)}
     * @throws DeviceException EINVAL
     */
    MemorySegment map(Queue queue, int index, int plane) throws DeviceException;

    /**
     * Takes back a finished buffer ({@code VIDIOC_DQBUF}).
     *
     * @param queue the queue
     * @param limit how long to wait, 0 not at all
     * @return empty when none was finished in time
     * @throws DeviceException EINVAL when the queue has no buffers or does not stream, EPIPE after the last buffer of a stream,
     *         EIO
     */
    Optional<Dequeued> dequeue(Queue queue, Duration limit) throws DeviceException;

    /**
     * Starts ({@code VIDIOC_STREAMON}).
     *
     * @param queue the queue
     * @throws DeviceException EINVAL without buffers
     */
    void streamOn(Queue queue) throws DeviceException;

    /**
     * Stops; all slots are dequeued ({@code VIDIOC_STREAMOFF}).
     *
     * @param queue the queue
     * @throws DeviceException EINVAL
     */
    void streamOff(Queue queue) throws DeviceException;
}
