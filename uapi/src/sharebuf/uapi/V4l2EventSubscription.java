package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Asks for events: {@code VIDIOC_SUBSCRIBE_EVENT}.
 *
 * <p>Layout of {@code struct v4l2_event_subscription} in {@code linux/videodev2.h}.
 */
public final class V4l2EventSubscription extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_event_subscription", u32("type"), u32("id"), u32("flags"),
        u32("reserved", 5));

    private static final long TYPE = offset(LAYOUT, "type");
    private static final long ID = offset(LAYOUT, "id");
    private static final long FLAGS = offset(LAYOUT, "flags");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2EventSubscription(MemorySegment at) {
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
    public V4l2EventSubscription type(int value) {
        int32(TYPE, value);
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
    public V4l2EventSubscription id(int value) {
        int32(ID, value);
        return this;
    }

    /**
     * {@code V4L2_EVENT_SUB_FL_…}.
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
    public V4l2EventSubscription flags(int value) {
        int32(FLAGS, value);
        return this;
    }
}
