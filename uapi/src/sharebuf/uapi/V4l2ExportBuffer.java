package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Makes a dma-buf of a plane of a slot: {@code VIDIOC_EXPBUF}.
 *
 * <p>Layout of {@code struct v4l2_exportbuffer} in {@code linux/videodev2.h}.
 */
public final class V4l2ExportBuffer extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_exportbuffer", u32("type"), u32("index"), u32("plane"), u32("flags"),
        s32("fd"), u32("reserved", 11));

    private static final long TYPE = offset(LAYOUT, "type");
    private static final long INDEX = offset(LAYOUT, "index");
    private static final long PLANE = offset(LAYOUT, "plane");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long FD = offset(LAYOUT, "fd");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2ExportBuffer(MemorySegment at) {
        super(LAYOUT, at);
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
    public V4l2ExportBuffer type(int value) {
        int32(TYPE, value);
        return this;
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
    public V4l2ExportBuffer index(int value) {
        int32(INDEX, value);
        return this;
    }

    /**
     * Memory plane, from 0.
     *
     * @return the value
     */
    public int plane() {
        return int32(PLANE);
    }

    /**
     * Sets {@link #plane()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2ExportBuffer plane(int value) {
        int32(PLANE, value);
        return this;
    }

    /**
     * {@code O_CLOEXEC} and an access mode.
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
    public V4l2ExportBuffer flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * The descriptor, set by the driver.
     *
     * @return the value
     */
    public int fd() {
        return int32(FD);
    }

    /**
     * Sets {@link #fd()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2ExportBuffer fd(int value) {
        int32(FD, value);
        return this;
    }
}
