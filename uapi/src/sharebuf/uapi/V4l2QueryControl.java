package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A control: {@code VIDIOC_QUERYCTRL}.
 *
 * <p>Layout of {@code struct v4l2_queryctrl} in {@code linux/videodev2.h}.
 */
public final class V4l2QueryControl extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_queryctrl", u32("id"), u32("type"), u8("name", 32), s32("minimum"),
        s32("maximum"), s32("step"), s32("default_value"), u32("flags"), u32("reserved", 2));

    private static final long ID = offset(LAYOUT, "id");
    private static final long TYPE = offset(LAYOUT, "type");
    private static final long NAME = offset(LAYOUT, "name");
    private static final long MINIMUM = offset(LAYOUT, "minimum");
    private static final long MAXIMUM = offset(LAYOUT, "maximum");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2QueryControl(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * {@code V4L2_CID_…}; with {@code V4L2_CTRL_FLAG_NEXT_CTRL} the one after it is asked for.
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
    public V4l2QueryControl id(int value) {
        int32(ID, value);
        return this;
    }

    /**
     * {@code V4L2_CTRL_TYPE_…}.
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
    public V4l2QueryControl type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * Its label.
     *
     * @return the value
     */
    public String name() {
        return text(NAME, 32);
    }

    /**
     * Sets {@link #name()}.
     *
     * @param value the value, cut to 31 bytes
     * @return this
     */
    public V4l2QueryControl name(String value) {
        text(NAME, 32, value);
        return this;
    }

    /**
     * Least value.
     *
     * @return the value
     */
    public int minimum() {
        return int32(MINIMUM);
    }

    /**
     * Sets {@link #minimum()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2QueryControl minimum(int value) {
        int32(MINIMUM, value);
        return this;
    }

    /**
     * Largest value.
     *
     * @return the value
     */
    public int maximum() {
        return int32(MAXIMUM);
    }

    /**
     * Sets {@link #maximum()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2QueryControl maximum(int value) {
        int32(MAXIMUM, value);
        return this;
    }
}
