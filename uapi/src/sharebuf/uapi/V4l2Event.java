package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What happened: {@code VIDIOC_DQEVENT}.
 *
 * <p>Layout of {@code struct v4l2_event} in {@code linux/videodev2.h}.
 */
public final class V4l2Event extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_event", u32("type"), u64("u.data", 8), u32("pending"),
        u32("sequence"), u64("timestamp.tv_sec"), u64("timestamp.tv_nsec"), u32("id"), u32("reserved", 8));

    private static final long TYPE = offset(LAYOUT, "type");
    private static final long U_DATA = offset(LAYOUT, "u.data");
    private static final long PENDING = offset(LAYOUT, "pending");
    private static final long SEQUENCE = offset(LAYOUT, "sequence");
    private static final long TIMESTAMP_TV_SEC = offset(LAYOUT, "timestamp.tv_sec");
    private static final long TIMESTAMP_TV_NSEC = offset(LAYOUT, "timestamp.tv_nsec");
    private static final long ID = offset(LAYOUT, "id");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2Event(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * {@code V4L2_EVENT_…}.
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
    public V4l2Event type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * The first number of what belongs to the type: {@code src_change.changes}, {@code frame_sync.frame_sequence}.
     *
     * @return the value
     */
    public long number() {
        return uint32(U_DATA);
    }

    /**
     * Sets {@link #number()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Event number(long value) {
        uint32(U_DATA, value);
        return this;
    }

    /**
     * How many more wait.
     *
     * @return the value
     */
    public int pending() {
        return int32(PENDING);
    }

    /**
     * Sets {@link #pending()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Event pending(int value) {
        int32(PENDING, value);
        return this;
    }

    /**
     * Number of the event.
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
    public V4l2Event sequence(long value) {
        uint32(SEQUENCE, value);
        return this;
    }

    /**
     * When, of the monotonic clock.
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
    public V4l2Event seconds(long value) {
        int64(TIMESTAMP_TV_SEC, value);
        return this;
    }

    /**
     * The part below a second.
     *
     * @return the value
     */
    public long nanos() {
        return int64(TIMESTAMP_TV_NSEC);
    }

    /**
     * Sets {@link #nanos()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Event nanos(long value) {
        int64(TIMESTAMP_TV_NSEC, value);
        return this;
    }

    /**
     * Of the control or the input that it is about.
     *
     * @return the value
     */
    public int id() {
        return int32(ID);
    }

    /**
     * Sets {@link #id()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Event id(int value) {
        int32(ID, value);
        return this;
    }
}
