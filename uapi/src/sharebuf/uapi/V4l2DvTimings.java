package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Timings of a digital signal: {@code VIDIOC_QUERY_DV_TIMINGS}, {@code VIDIOC_S_DV_TIMINGS}. The structure is packed.
 *
 * <p>Layout of {@code struct v4l2_dv_timings} in {@code linux/videodev2.h}.
 */
public final class V4l2DvTimings extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_dv_timings", u32("type"), u32("bt.width"), u32("bt.height"),
        u32("bt.interlaced"), u32("bt.polarities"), u64Packed("bt.pixelclock"), u32("bt.hfrontporch"), u32("bt.hsync"),
        u32("bt.hbackporch"), u32("bt.vfrontporch"), u32("bt.vsync"), u32("bt.vbackporch"), padding(80));

    private static final long TYPE = offset(LAYOUT, "type");
    private static final long BT_WIDTH = offset(LAYOUT, "bt.width");
    private static final long BT_HEIGHT = offset(LAYOUT, "bt.height");
    private static final long BT_INTERLACED = offset(LAYOUT, "bt.interlaced");
    private static final long BT_PIXELCLOCK = offset(LAYOUT, "bt.pixelclock");
    private static final long BT_HFRONTPORCH = offset(LAYOUT, "bt.hfrontporch");
    private static final long BT_HSYNC = offset(LAYOUT, "bt.hsync");
    private static final long BT_HBACKPORCH = offset(LAYOUT, "bt.hbackporch");
    private static final long BT_VFRONTPORCH = offset(LAYOUT, "bt.vfrontporch");
    private static final long BT_VSYNC = offset(LAYOUT, "bt.vsync");
    private static final long BT_VBACKPORCH = offset(LAYOUT, "bt.vbackporch");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2DvTimings(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * {@code V4L2_DV_BT_656_1120}.
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
    public V4l2DvTimings type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * Of the picture, in pixels.
     *
     * @return the value
     */
    public int width() {
        return int32(BT_WIDTH);
    }

    /**
     * Sets {@link #width()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings width(int value) {
        int32(BT_WIDTH, value);
        return this;
    }

    /**
     * Of the picture, in lines.
     *
     * @return the value
     */
    public int height() {
        return int32(BT_HEIGHT);
    }

    /**
     * Sets {@link #height()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings height(int value) {
        int32(BT_HEIGHT, value);
        return this;
    }

    /**
     * 1 when lines come interlaced.
     *
     * @return the value
     */
    public int interlaced() {
        return int32(BT_INTERLACED);
    }

    /**
     * Sets {@link #interlaced()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings interlaced(int value) {
        int32(BT_INTERLACED, value);
        return this;
    }

    /**
     * In Hz.
     *
     * @return the value
     */
    public long pixelClock() {
        return int64Packed(BT_PIXELCLOCK);
    }

    /**
     * Sets {@link #pixelClock()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings pixelClock(long value) {
        int64Packed(BT_PIXELCLOCK, value);
        return this;
    }

    /**
     * In pixels.
     *
     * @return the value
     */
    public long hFrontPorch() {
        return uint32(BT_HFRONTPORCH);
    }

    /**
     * Sets {@link #hFrontPorch()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings hFrontPorch(long value) {
        uint32(BT_HFRONTPORCH, value);
        return this;
    }

    /**
     * In pixels.
     *
     * @return the value
     */
    public long hSync() {
        return uint32(BT_HSYNC);
    }

    /**
     * Sets {@link #hSync()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings hSync(long value) {
        uint32(BT_HSYNC, value);
        return this;
    }

    /**
     * In pixels.
     *
     * @return the value
     */
    public long hBackPorch() {
        return uint32(BT_HBACKPORCH);
    }

    /**
     * Sets {@link #hBackPorch()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings hBackPorch(long value) {
        uint32(BT_HBACKPORCH, value);
        return this;
    }

    /**
     * In lines.
     *
     * @return the value
     */
    public long vFrontPorch() {
        return uint32(BT_VFRONTPORCH);
    }

    /**
     * Sets {@link #vFrontPorch()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings vFrontPorch(long value) {
        uint32(BT_VFRONTPORCH, value);
        return this;
    }

    /**
     * In lines.
     *
     * @return the value
     */
    public long vSync() {
        return uint32(BT_VSYNC);
    }

    /**
     * Sets {@link #vSync()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings vSync(long value) {
        uint32(BT_VSYNC, value);
        return this;
    }

    /**
     * In lines.
     *
     * @return the value
     */
    public long vBackPorch() {
        return uint32(BT_VBACKPORCH);
    }

    /**
     * Sets {@link #vBackPorch()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2DvTimings vBackPorch(long value) {
        uint32(BT_VBACKPORCH, value);
        return this;
    }
}
