package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Makes or frees the slots of a queue: {@code VIDIOC_REQBUFS}.
 *
 * <p>Layout of {@code struct v4l2_requestbuffers} in {@code linux/videodev2.h}.
 */
public final class V4l2RequestBuffers extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_requestbuffers", u32("count"), u32("type"), u32("memory"),
        u32("capabilities"), u8("flags"), u8("reserved", 3));

    private static final long COUNT = offset(LAYOUT, "count");
    private static final long TYPE = offset(LAYOUT, "type");
    private static final long MEMORY = offset(LAYOUT, "memory");
    private static final long CAPABILITIES = offset(LAYOUT, "capabilities");
    private static final long FLAGS = offset(LAYOUT, "flags");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2RequestBuffers(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Slots wanted, then slots made.
     *
     * @return the value
     */
    public int count() {
        return int32(COUNT);
    }

    /**
     * Sets {@link #count()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2RequestBuffers count(int value) {
        int32(COUNT, value);
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
    public V4l2RequestBuffers type(int value) {
        int32(TYPE, value);
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
    public V4l2RequestBuffers memory(int value) {
        int32(MEMORY, value);
        return this;
    }

    /**
     * {@code V4L2_BUF_CAP_…}, set by the driver.
     *
     * @return the value
     */
    public int capabilities() {
        return int32(CAPABILITIES);
    }

    /**
     * Sets {@link #capabilities()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2RequestBuffers capabilities(int value) {
        int32(CAPABILITIES, value);
        return this;
    }

    /**
     * {@code V4L2_MEMORY_FLAG_…}.
     *
     * @return the value
     */
    public int flags() {
        return uint8(FLAGS);
    }

    /**
     * Sets {@link #flags()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2RequestBuffers flags(int value) {
        uint8(FLAGS, value);
        return this;
    }
}
