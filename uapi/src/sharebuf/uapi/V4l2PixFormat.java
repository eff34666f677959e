package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A single-planar format, inside of {@link V4l2Format}.
 *
 * <p>Layout of {@code struct v4l2_pix_format} in {@code linux/videodev2.h}.
 */
public final class V4l2PixFormat extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_pix_format", u32("width"), u32("height"), u32("pixelformat"), u32("field"),
        u32("bytesperline"), u32("sizeimage"), u32("colorspace"), u32("priv"), u32("flags"), u32("ycbcr_enc"), u32("quantization"),
        u32("xfer_func"));

    private static final long WIDTH = offset(LAYOUT, "width");
    private static final long HEIGHT = offset(LAYOUT, "height");
    private static final long PIXELFORMAT = offset(LAYOUT, "pixelformat");
    private static final long FIELD = offset(LAYOUT, "field");
    private static final long BYTESPERLINE = offset(LAYOUT, "bytesperline");
    private static final long SIZEIMAGE = offset(LAYOUT, "sizeimage");
    private static final long COLORSPACE = offset(LAYOUT, "colorspace");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2PixFormat(MemorySegment at) {
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
    public V4l2PixFormat width(int value) {
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
    public V4l2PixFormat height(int value) {
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
    public V4l2PixFormat pixelFormat(int value) {
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
    public V4l2PixFormat field(int value) {
        int32(FIELD, value);
        return this;
    }

    /**
     * Pitch of the first plane in bytes; 0 leaves it to the driver.
     *
     * @return the value
     */
    public long bytesPerLine() {
        return uint32(BYTESPERLINE);
    }

    /**
     * Sets {@link #bytesPerLine()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2PixFormat bytesPerLine(long value) {
        uint32(BYTESPERLINE, value);
        return this;
    }

    /**
     * Bytes of the picture, or most bytes of a bitstream unit.
     *
     * @return the value
     */
    public long sizeImage() {
        return uint32(SIZEIMAGE);
    }

    /**
     * Sets {@link #sizeImage()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2PixFormat sizeImage(long value) {
        uint32(SIZEIMAGE, value);
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
    public V4l2PixFormat colorspace(int value) {
        int32(COLORSPACE, value);
        return this;
    }
}
