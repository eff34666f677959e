package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The format of a queue: {@code VIDIOC_G_FMT}, {@code VIDIOC_S_FMT}, {@code VIDIOC_TRY_FMT}.
 *
 * <p>Layout of {@code struct v4l2_format} in {@code linux/videodev2.h}.
 */
public final class V4l2Format extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_format", u32("type"), u64("fmt", 25));

    private static final long TYPE = offset(LAYOUT, "type");
    private static final long FMT = offset(LAYOUT, "fmt");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2Format(MemorySegment at) {
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
    public V4l2Format type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * The format of a single-planar queue.
     *
     * @return a view
     */
    public V4l2PixFormat pix() {
        return new V4l2PixFormat(part(FMT, V4l2PixFormat.LAYOUT));
    }

    /**
     * The format of a multi-planar queue.
     *
     * @return a view
     */
    public V4l2PixFormatMplane pixMp() {
        return new V4l2PixFormatMplane(part(FMT, V4l2PixFormatMplane.LAYOUT));
    }
}
