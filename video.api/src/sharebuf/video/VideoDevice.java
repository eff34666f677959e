package sharebuf.video;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
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

    /** What is known of the signal at a connector. */
    enum Signal {
        /** There is one. */
        PRESENT,
        /** There is none: nothing is attached, or it is off ({@code ENOLINK}, {@code V4L2_IN_ST_NO_SIGNAL}, {@code V4L2_IN_ST_NO_POWER}). */
        ABSENT,
        /** There is one without a steady rhythm ({@code ENOLCK}, {@code V4L2_IN_ST_NO_SYNC} and its like). */
        UNSTABLE,
        /** There is one that the hardware cannot follow ({@code ERANGE}). */
        OUT_OF_RANGE,
        /** The driver does not tell: an output, a sensor, or a connector that is not selected. */
        UNKNOWN
    }

    /**
     * An input of a capture queue, or an output of an output queue.
     *
     * @param index for {@link #selectConnector}
     * @param name the driver's label
     * @param selected whether it is the one in use
     * @param signal what is known of its signal; of the selected one only
     */
    record Connector(int index, String name, boolean selected, Signal signal) {
    }

    /**
     * Timings of a digital signal.
     *
     * @param width of the picture, in pixels
     * @param height of the picture, in lines
     * @param interlaced whether it comes in fields
     * @param pixelClock in Hz, blanking included
     * @param framesPerSecond 0 when the timings say nothing
     */
    record Timings(int width, int height, boolean interlaced, long pixelClock, double framesPerSecond) {
    }

    /** A kind of event. */
    enum EventKind {
        /** The last buffer of a stream was made ({@code V4L2_EVENT_EOS}). */
        END_OF_STREAM,
        /** The signal, or the picture in a bitstream, has become another one ({@code V4L2_EVENT_SOURCE_CHANGE}). */
        SOURCE_CHANGE,
        /** A frame begins to arrive ({@code V4L2_EVENT_FRAME_SYNC}). */
        FRAME_SYNC
    }

    /**
     * Something happened.
     *
     * @param kind what
     * @param number of the frame, at {@link EventKind#FRAME_SYNC}; {@code V4L2_EVENT_SRC_CH_…} at {@link EventKind#SOURCE_CHANGE}; else 0
     * @param sequence number of the event; a gap tells that some were lost
     * @param timestampNanos when, in nanoseconds of the monotonic clock
     */
    record Event(EventKind kind, long number, long sequence, long timestampNanos) {
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

    /**
     * The inputs or outputs of a queue ({@code VIDIOC_ENUMINPUT}, {@code VIDIOC_ENUMOUTPUT}).
     *
     * @param queue the queue
     * @return in the driver's order; empty when it has none to choose from
     * @throws DeviceException EINVAL when there is no such queue
     */
    default List<Connector> connectors(Queue queue) throws DeviceException {
        return List.of();
    }

    /**
     * Selects an input or output ({@code VIDIOC_S_INPUT}, {@code VIDIOC_S_OUTPUT}). The driver resets formats and takes other sizes then;
     * what the device's uses say was asked for the one that was selected at its start.
     *
     * @param queue the queue
     * @param connector its index
     * @throws DeviceException EBUSY while the queue has buffers, EINVAL when there is no such connector or queue
     */
    default void selectConnector(Queue queue, int connector) throws DeviceException {
        throw new DeviceException(Errno.ENOTTY, "", "VIDIOC_S_INPUT", "the device has no connectors");
    }

    /**
     * Measures the signal at the selected connector and follows it ({@code VIDIOC_QUERY_DV_TIMINGS}, {@code VIDIOC_S_DV_TIMINGS}); the
     * driver resets the format when the timings are others than before.
     *
     * @param queue the queue
     * @return the timings
     * @throws DeviceException ENOLINK without a signal, ENOLCK when it is not steady, ERANGE when the hardware cannot follow it, ENODATA or
     *         ENOTTY when the connector is not for digital signals, EBUSY when other timings would be set while the queue has buffers
     */
    default Timings followSignal(Queue queue) throws DeviceException {
        throw new DeviceException(Errno.ENOTTY, "", "VIDIOC_QUERY_DV_TIMINGS", "the device has no digital inputs");
    }

    /**
     * Asks for events of a kind ({@code VIDIOC_SUBSCRIBE_EVENT}).
     *
     * @param kind the kind
     * @return false when the device has no such events
     * @throws DeviceException with the errno
     */
    default boolean subscribe(EventKind kind) throws DeviceException {
        return false;
    }

    /**
     * Asks for no more of them ({@code VIDIOC_UNSUBSCRIBE_EVENT}).
     *
     * @param kind the kind
     * @throws DeviceException with the errno
     */
    default void unsubscribe(EventKind kind) throws DeviceException {
    }

    /**
     * The next event ({@code VIDIOC_DQEVENT}).
     *
     * @param limit how long to wait, 0 not at all
     * @return empty when there was none in time
     * @throws DeviceException ENODEV when the device is gone
     */
    default Optional<Event> event(Duration limit) throws DeviceException {
        return Optional.empty();
    }
}
