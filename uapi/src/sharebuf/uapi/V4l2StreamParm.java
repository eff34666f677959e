package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The frame interval: {@code VIDIOC_G_PARM}, {@code VIDIOC_S_PARM}. Capture and output lay it out alike.
 *
 * <p>Layout of {@code struct v4l2_streamparm} in {@code linux/videodev2.h}.
 */
public final class V4l2StreamParm extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_streamparm", u32("type"), u32("parm.capture.capability"),
        u32("parm.capture.capturemode"), u32("parm.capture.timeperframe.numerator"), u32("parm.capture.timeperframe.denominator"),
        u32("parm.capture.extendedmode"), u32("parm.capture.readbuffers"), u32("parm.capture.reserved", 4), padding(160));

    private static final long TYPE = offset(LAYOUT, "type");
    private static final long CAPABILITY = offset(LAYOUT, "parm.capture.capability");
    private static final long NUMERATOR = offset(LAYOUT, "parm.capture.timeperframe.numerator");
    private static final long DENOMINATOR = offset(LAYOUT, "parm.capture.timeperframe.denominator");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2StreamParm(MemorySegment at) {
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
    public V4l2StreamParm type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * {@code V4L2_CAP_TIMEPERFRAME} when the interval can be set.
     *
     * @return the value
     */
    public int capability() {
        return int32(CAPABILITY);
    }

    /**
     * Sets {@link #capability()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2StreamParm capability(int value) {
        int32(CAPABILITY, value);
        return this;
    }

    /**
     * Seconds of the interval, before division.
     *
     * @return the value
     */
    public int numerator() {
        return int32(NUMERATOR);
    }

    /**
     * Sets {@link #numerator()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2StreamParm numerator(int value) {
        int32(NUMERATOR, value);
        return this;
    }

    /**
     * By which the seconds are divided.
     *
     * @return the value
     */
    public int denominator() {
        return int32(DENOMINATOR);
    }

    /**
     * Sets {@link #denominator()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2StreamParm denominator(int value) {
        int32(DENOMINATOR, value);
        return this;
    }
}
