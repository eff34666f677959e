package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What a property is: {@code DRM_IOCTL_MODE_GETPROPERTY}.
 *
 * <p>Layout of {@code struct drm_mode_get_property} in {@code drm/drm_mode.h}.
 */
public final class DrmProperty extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_get_property", u64("values_ptr"), u64("enum_blob_ptr"),
        u32("prop_id"), u32("flags"), u8("name", 32), u32("count_values"), u32("count_enum_blobs"));

    private static final long PROP_ID = offset(LAYOUT, "prop_id");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long NAME = offset(LAYOUT, "name");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmProperty(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * The property.
     *
     * @return the value
     */
    public int propertyId() {
        return int32(PROP_ID);
    }

    /**
     * Sets {@link #propertyId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmProperty propertyId(int value) {
        int32(PROP_ID, value);
        return this;
    }

    /**
     * {@code DRM_MODE_PROP_…}.
     *
     * @return the value
     */
    public int flags() {
        return int32(FLAGS);
    }

    /**
     * Sets {@link #flags()}.
     *
     * @param value the value
     * @return this
     */
    public DrmProperty flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * Its name.
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
    public DrmProperty name(String value) {
        text(NAME, 32, value);
        return this;
    }
}
