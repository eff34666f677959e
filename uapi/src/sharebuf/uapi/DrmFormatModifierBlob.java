package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The head of the blob {@code IN_FORMATS} of a plane: which formats it takes with which modifiers.
 *
 * <p>Layout of {@code struct drm_format_modifier_blob} in {@code drm/drm_mode.h}.
 */
public final class DrmFormatModifierBlob extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_format_modifier_blob", u32("version"), u32("flags"),
        u32("count_formats"), u32("formats_offset"), u32("count_modifiers"), u32("modifiers_offset"));

    private static final long VERSION = offset(LAYOUT, "version");
    private static final long COUNT_FORMATS = offset(LAYOUT, "count_formats");
    private static final long FORMATS_OFFSET = offset(LAYOUT, "formats_offset");
    private static final long COUNT_MODIFIERS = offset(LAYOUT, "count_modifiers");
    private static final long MODIFIERS_OFFSET = offset(LAYOUT, "modifiers_offset");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmFormatModifierBlob(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * 1.
     *
     * @return the value
     */
    public int version() {
        return int32(VERSION);
    }

    /**
     * Sets {@link #version()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifierBlob version(int value) {
        int32(VERSION, value);
        return this;
    }

    /**
     * How many fourccs there are.
     *
     * @return the value
     */
    public int formatCount() {
        return int32(COUNT_FORMATS);
    }

    /**
     * Sets {@link #formatCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifierBlob formatCount(int value) {
        int32(COUNT_FORMATS, value);
        return this;
    }

    /**
     * Where they are in the blob, in bytes.
     *
     * @return the value
     */
    public int formatsOffset() {
        return int32(FORMATS_OFFSET);
    }

    /**
     * Sets {@link #formatsOffset()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifierBlob formatsOffset(int value) {
        int32(FORMATS_OFFSET, value);
        return this;
    }

    /**
     * How many {@link DrmFormatModifier} there are.
     *
     * @return the value
     */
    public int modifierCount() {
        return int32(COUNT_MODIFIERS);
    }

    /**
     * Sets {@link #modifierCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifierBlob modifierCount(int value) {
        int32(COUNT_MODIFIERS, value);
        return this;
    }

    /**
     * Where they are in the blob, in bytes.
     *
     * @return the value
     */
    public int modifiersOffset() {
        return int32(MODIFIERS_OFFSET);
    }

    /**
     * Sets {@link #modifiersOffset()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFormatModifierBlob modifiersOffset(int value) {
        int32(MODIFIERS_OFFSET, value);
        return this;
    }
}
