package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A modifier and the formats that a plane takes with it.
 *
 * <p>Layout of {@code struct drm_format_modifier} in {@code drm/drm_mode.h}.
 */
public final class DrmFormatModifier extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_format_modifier", u64("formats"), u32("offset"), u32("pad"),
        u64("modifier"));

    private static final long FORMATS = offset(LAYOUT, "formats");
    private static final long OFFSET = offset(LAYOUT, "offset");
    private static final long MODIFIER = offset(LAYOUT, "modifier");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmFormatModifier(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Bit n is the format {@code offset + n} of the blob.
     *
     * @return the value
     */
    public long formats() {
        return int64(FORMATS);
    }

    /**
     * Sets {@link #formats()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifier formats(long value) {
        int64(FORMATS, value);
        return this;
    }

    /**
     * Number of the format of bit 0.
     *
     * @return the value
     */
    public int offset() {
        return int32(OFFSET);
    }

    /**
     * Sets {@link #offset()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifier offset(int value) {
        int32(OFFSET, value);
        return this;
    }

    /**
     * {@code DRM_FORMAT_MOD_…}.
     *
     * @return the value
     */
    public long modifier() {
        return int64(MODIFIER);
    }

    /**
     * Sets {@link #modifier()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifier modifier(long value) {
        int64(MODIFIER, value);
        return this;
    }
}
