package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * An output: {@code VIDIOC_ENUMOUTPUT}.
 *
 * <p>Layout of {@code struct v4l2_output} in {@code linux/videodev2.h}.
 */
public final class V4l2Output extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_output", u32("index"), u8("name", 32), u32("type"), u32("audioset"),
        u32("modulator"), u64("std"), u32("capabilities"), u32("reserved", 3));

    private static final long INDEX = offset(LAYOUT, "index");
    private static final long NAME = offset(LAYOUT, "name");
    private static final long CAPABILITIES = offset(LAYOUT, "capabilities");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2Output(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Which one, from 0.
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
    public V4l2Output index(int value) {
        int32(INDEX, value);
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
    public V4l2Output name(String value) {
        text(NAME, 32, value);
        return this;
    }

    /**
     * {@code V4L2_OUT_CAP_…}.
     *
     * @return the value
     */
    public int capabilities() {
        return int32(CAPABILITIES);
    }

    /**
     * Sets {@link #capabilities()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Output capabilities(int value) {
        int32(CAPABILITIES, value);
        return this;
    }
}
