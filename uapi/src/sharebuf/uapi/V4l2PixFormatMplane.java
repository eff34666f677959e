package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A multi-planar format, inside of {@link V4l2Format}.
 *
 * <p>Layout of {@code struct v4l2_pix_format_mplane} in {@code linux/videodev2.h}.
 */
public final class V4l2PixFormatMplane extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_pix_format_mplane", u32("width"), u32("height"), u32("pixelformat"),
        u32("field"), u32("colorspace"), structs("plane_fmt", V4l2PlanePixFormat.LAYOUT, 8), u8("num_planes"), u8("flags"),
        u8("ycbcr_enc"), u8("quantization"), u8("xfer_func"), u8("reserved", 7));

    private static final long WIDTH = offset(LAYOUT, "width");
    private static final long HEIGHT = offset(LAYOUT, "height");
    private static final long PIXELFORMAT = offset(LAYOUT, "pixelformat");
    private static final long FIELD = offset(LAYOUT, "field");
    private static final long COLORSPACE = offset(LAYOUT, "colorspace");
    private static final long PLANE_FMT = offset(LAYOUT, "plane_fmt");
    private static final long NUM_PLANES = offset(LAYOUT, "num_planes");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2PixFormatMplane(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Width in pixels.
     *
     * @return the value
     */
    public int width() {
        return int32(WIDTH);
    }

    /**
     * Sets {@link #width()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2PixFormatMplane width(int value) {
        int32(WIDTH, value);
        return this;
    }

    /**
     * Height in pixels.
     *
     * @return the value
     */
    public int height() {
        return int32(HEIGHT);
    }

    /**
     * Sets {@link #height()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2PixFormatMplane height(int value) {
        int32(HEIGHT, value);
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
    public V4l2PixFormatMplane pixelFormat(int value) {
        int32(PIXELFORMAT, value);
        return this;
    }

    /**
     * {@code V4L2_FIELD_…}.
     *
     * @return the value
     */
    public int field() {
        return int32(FIELD);
    }

    /**
     * Sets {@link #field()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2PixFormatMplane field(int value) {
        int32(FIELD, value);
        return this;
    }

    /**
     * {@code V4L2_COLORSPACE_…}.
     *
     * @return the value
     */
    public int colorspace() {
        return int32(COLORSPACE);
    }

    /**
     * Sets {@link #colorspace()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2PixFormatMplane colorspace(int value) {
        int32(COLORSPACE, value);
        return this;
    }

    /**
     * A memory plane of an index below {@link #numPlanes()}.
     *
     * @param index from 0
     * @return a view
     */
    public V4l2PlanePixFormat plane(int index) {
        return new V4l2PlanePixFormat(part(PLANE_FMT, V4l2PlanePixFormat.LAYOUT, index, 8));
    }

    /**
     * Number of memory planes.
     *
     * @return the value
     */
    public int numPlanes() {
        return uint8(NUM_PLANES);
    }

    /**
     * Sets {@link #numPlanes()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2PixFormatMplane numPlanes(int value) {
        uint8(NUM_PLANES, value);
        return this;
    }
}
