package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * One memory plane of {@link V4l2PixFormatMplane}.
 *
 * <p>Layout of {@code struct v4l2_plane_pix_format} in {@code linux/videodev2.h}.
 */
public final class V4l2PlanePixFormat extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_plane_pix_format", u32("sizeimage"), u32("bytesperline"), u16("reserved", 6));

    private static final long SIZEIMAGE = offset(LAYOUT, "sizeimage");
    private static final long BYTESPERLINE = offset(LAYOUT, "bytesperline");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2PlanePixFormat(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Bytes of the plane.
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
    public V4l2PlanePixFormat sizeImage(long value) {
        uint32(SIZEIMAGE, value);
        return this;
    }

    /**
     * Pitch in bytes; 0 leaves it to the driver.
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
    public V4l2PlanePixFormat bytesPerLine(long value) {
        uint32(BYTESPERLINE, value);
        return this;
    }
}
