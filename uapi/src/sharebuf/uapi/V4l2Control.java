package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A control and its value: {@code VIDIOC_G_CTRL}.
 *
 * <p>Layout of {@code struct v4l2_control} in {@code linux/videodev2.h}.
 */
public final class V4l2Control extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_control", u32("id"), s32("value"));

    private static final long ID = offset(LAYOUT, "id");
    private static final long VALUE = offset(LAYOUT, "value");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2Control(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * {@code V4L2_CID_…}.
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
    public V4l2Control id(int value) {
        int32(ID, value);
        return this;
    }

    /**
     * Its value.
     *
     * @return the value
     */
    public int value() {
        return int32(VALUE);
    }

    /**
     * Sets {@link #value()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Control value(int value) {
        int32(VALUE, value);
        return this;
    }
}
