package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A slot of a queue: {@code VIDIOC_QUERYBUF}, {@code VIDIOC_QBUF}, {@code VIDIOC_DQBUF}, {@code VIDIOC_PREPARE_BUF}.
 *
 * <p>Layout of {@code struct v4l2_buffer} in {@code linux/videodev2.h}.
 */
public final class V4l2Buffer extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_buffer", u32("index"), u32("type"), u32("bytesused"), u32("flags"),
        u32("field"), u64("timestamp.tv_sec"), u64("timestamp.tv_usec"), u32("timecode", 4), u32("sequence"), u32("memory"), u64("m"),
        u32("length"), u32("reserved2"), s32("request_fd"));

    private static final long INDEX = offset(LAYOUT, "index");
    private static final long TYPE = offset(LAYOUT, "type");
    private static final long BYTESUSED = offset(LAYOUT, "bytesused");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long FIELD = offset(LAYOUT, "field");
    private static final long TIMESTAMP_TV_SEC = offset(LAYOUT, "timestamp.tv_sec");
    private static final long TIMESTAMP_TV_USEC = offset(LAYOUT, "timestamp.tv_usec");
    private static final long SEQUENCE = offset(LAYOUT, "sequence");
    private static final long MEMORY = offset(LAYOUT, "memory");
    private static final long M = offset(LAYOUT, "m");
    private static final long LENGTH = offset(LAYOUT, "length");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2Buffer(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Number of the slot.
     *
     * @return the value
     */
    public int index() {
        return int32(INDEX);
    }

    /**
     * Sets {@link #index()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer index(int value) {
        int32(INDEX, value);
        return this;
    }

    /**
     * Buffer type, {@code V4L2_BUF_TYPE_…}.
     *
     * @return the value
     */
    public int type() {
        return int32(TYPE);
    }

    /**
     * Sets {@link #type()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * Bytes of payload; single-planar queues.
     *
     * @return the value
     */
    public long bytesUsed() {
        return uint32(BYTESUSED);
    }

    /**
     * Sets {@link #bytesUsed()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer bytesUsed(long value) {
        uint32(BYTESUSED, value);
        return this;
    }

    /**
     * {@code V4L2_BUF_FLAG_…}.
     *
     * @return the value
     */
    public int flags() {
        return int32(FLAGS);
    }

    /**
     * Sets {@link #flags()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * {@code V4L2_FIELD_…}.
     *
     * @return the value
     */
    public int field() {
        return int32(FIELD);
    }

    /**
     * Sets {@link #field()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer field(int value) {
        int32(FIELD, value);
        return this;
    }

    /**
     * Seconds of the time stamp.
     *
     * @return the value
     */
    public long seconds() {
        return int64(TIMESTAMP_TV_SEC);
    }

    /**
     * Sets {@link #seconds()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer seconds(long value) {
        int64(TIMESTAMP_TV_SEC, value);
        return this;
    }

    /**
     * Microseconds of the time stamp.
     *
     * @return the value
     */
    public long micros() {
        return int64(TIMESTAMP_TV_USEC);
    }

    /**
     * Sets {@link #micros()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer micros(long value) {
        int64(TIMESTAMP_TV_USEC, value);
        return this;
    }

    /**
     * Number of the frame.
     *
     * @return the value
     */
    public long sequence() {
        return uint32(SEQUENCE);
    }

    /**
     * Sets {@link #sequence()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer sequence(long value) {
        uint32(SEQUENCE, value);
        return this;
    }

    /**
     * {@code V4L2_MEMORY_…}.
     *
     * @return the value
     */
    public int memory() {
        return int32(MEMORY);
    }

    /**
     * Sets {@link #memory()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer memory(int value) {
        int32(MEMORY, value);
        return this;
    }

    /**
     * {@code m.offset}: for {@code mmap}; memory MMAP, single-planar.
     *
     * @return the value
     */
    public int offset() {
        return int32(M);
    }

    /**
     * Sets {@link #offset()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer offset(int value) {
        int32(M, value);
        return this;
    }

    /**
     * {@code m.fd}: descriptor of a dma-buf; memory DMABUF, single-planar.
     *
     * @return the value
     */
    public int fd() {
        return int32(M);
    }

    /**
     * Sets {@link #fd()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer fd(int value) {
        int32(M, value);
        return this;
    }

    /**
     * {@code m.planes}: address of an array of {@link V4l2Plane}; multi-planar.
     *
     * @return the value
     */
    public long planes() {
        return int64(M);
    }

    /**
     * Sets {@link #planes()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer planes(long value) {
        int64(M, value);
        return this;
    }

    /**
     * Bytes of the slot; number of elements at {@link #planes()} for multi-planar queues.
     *
     * @return the value
     */
    public long length() {
        return uint32(LENGTH);
    }

    /**
     * Sets {@link #length()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Buffer length(long value) {
        uint32(LENGTH, value);
        return this;
    }
}
