package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * One frame size of a format: {@code VIDIOC_ENUM_FRAMESIZES}. Discrete sizes share the bytes of the stepwise ones.
 *
 * <p>Layout of {@code struct v4l2_frmsizeenum} in {@code linux/videodev2.h}.
 */
public final class V4l2FrameSize extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_frmsizeenum", u32("index"), u32("pixel_format"), u32("type"),
        u32("stepwise.min_width"), u32("stepwise.max_width"), u32("stepwise.step_width"), u32("stepwise.min_height"),
        u32("stepwise.max_height"), u32("stepwise.step_height"), u32("reserved", 2));

    private static final long INDEX = offset(LAYOUT, "index");
    private static final long PIXEL_FORMAT = offset(LAYOUT, "pixel_format");
    private static final long TYPE = offset(LAYOUT, "type");
    private static final long MIN_WIDTH = offset(LAYOUT, "stepwise.min_width");
    private static final long MAX_WIDTH = offset(LAYOUT, "stepwise.max_width");
    private static final long STEP_WIDTH = offset(LAYOUT, "stepwise.step_width");
    private static final long MIN_HEIGHT = offset(LAYOUT, "stepwise.min_height");
    private static final long MAX_HEIGHT = offset(LAYOUT, "stepwise.max_height");
    private static final long STEP_HEIGHT = offset(LAYOUT, "stepwise.step_height");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2FrameSize(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Number of the size, from 0.
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
    public V4l2FrameSize index(int value) {
        int32(INDEX, value);
        return this;
    }

    /**
     * Fourcc of the format.
     *
     * @return the value
     */
    public int pixelFormat() {
        return int32(PIXEL_FORMAT);
    }

    /**
     * Sets {@link #pixelFormat()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize pixelFormat(int value) {
        int32(PIXEL_FORMAT, value);
        return this;
    }

    /**
     * {@code V4L2_FRMSIZE_TYPE_…}.
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
    public V4l2FrameSize type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * Least width; the width of a discrete size.
     *
     * @return the value
     */
    public int minWidth() {
        return int32(MIN_WIDTH);
    }

    /**
     * Sets {@link #minWidth()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize minWidth(int value) {
        int32(MIN_WIDTH, value);
        return this;
    }

    /**
     * Largest width.
     *
     * @return the value
     */
    public int maxWidth() {
        return int32(MAX_WIDTH);
    }

    /**
     * Sets {@link #maxWidth()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize maxWidth(int value) {
        int32(MAX_WIDTH, value);
        return this;
    }

    /**
     * The height of a discrete size.
     *
     * @return the value
     */
    public int discreteHeight() {
        return int32(MAX_WIDTH);
    }

    /**
     * Sets {@link #discreteHeight()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize discreteHeight(int value) {
        int32(MAX_WIDTH, value);
        return this;
    }

    /**
     * Step of widths.
     *
     * @return the value
     */
    public int stepWidth() {
        return int32(STEP_WIDTH);
    }

    /**
     * Sets {@link #stepWidth()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize stepWidth(int value) {
        int32(STEP_WIDTH, value);
        return this;
    }

    /**
     * Least height.
     *
     * @return the value
     */
    public int minHeight() {
        return int32(MIN_HEIGHT);
    }

    /**
     * Sets {@link #minHeight()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize minHeight(int value) {
        int32(MIN_HEIGHT, value);
        return this;
    }

    /**
     * Largest height.
     *
     * @return the value
     */
    public int maxHeight() {
        return int32(MAX_HEIGHT);
    }

    /**
     * Sets {@link #maxHeight()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize maxHeight(int value) {
        int32(MAX_HEIGHT, value);
        return this;
    }

    /**
     * Step of heights.
     *
     * @return the value
     */
    public int stepHeight() {
        return int32(STEP_HEIGHT);
    }

    /**
     * Sets {@link #stepHeight()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2FrameSize stepHeight(int value) {
        int32(STEP_HEIGHT, value);
        return this;
    }
}
