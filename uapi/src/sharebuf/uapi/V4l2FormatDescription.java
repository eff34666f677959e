package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * One format of a queue: {@code VIDIOC_ENUM_FMT}.
 *
 * <p>Layout of {@code struct v4l2_fmtdesc} in {@code linux/videodev2.h}.
 */
public final class V4l2FormatDescription extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_fmtdesc", u32("index"), u32("type"), u32("flags"), u8("description", 32),
        u32("pixelformat"), u32("mbus_code"), u32("reserved", 3));

    private static final long INDEX = offset(LAYOUT, "index");
    private static final long TYPE = offset(LAYOUT, "type");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long DESCRIPTION = offset(LAYOUT, "description");
    private static final long PIXELFORMAT = offset(LAYOUT, "pixelformat");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2FormatDescription(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Number of the format, from 0.
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
    public V4l2FormatDescription index(int value) {
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
    public V4l2FormatDescription type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * {@code V4L2_FMT_FLAG_…}.
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
    public V4l2FormatDescription flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * Text for people.
     *
     * @return the value
     */
    public String description() {
        return text(DESCRIPTION, 32);
    }

    /**
     * Sets {@link #description()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FormatDescription description(String value) {
        text(DESCRIPTION, 32, value);
        return this;
    }

    /**
     * Fourcc of the format.
     *
     * @return the value
     */
    public int pixelFormat() {
        return int32(PIXELFORMAT);
    }

    /**
     * Sets {@link #pixelFormat()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FormatDescription pixelFormat(int value) {
        int32(PIXELFORMAT, value);
        return this;
    }
}
