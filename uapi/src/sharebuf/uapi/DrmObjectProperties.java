package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The properties of an object: {@code DRM_IOCTL_MODE_OBJ_GETPROPERTIES}.
 *
 * <p>Layout of {@code struct drm_mode_obj_get_properties} in {@code drm/drm_mode.h}.
 */
public final class DrmObjectProperties extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_obj_get_properties", u64("props_ptr"), u64("prop_values_ptr"),
        u32("count_props"), u32("obj_id"), u32("obj_type"));

    private static final long PROPS_PTR = offset(LAYOUT, "props_ptr");
    private static final long PROP_VALUES_PTR = offset(LAYOUT, "prop_values_ptr");
    private static final long COUNT_PROPS = offset(LAYOUT, "count_props");
    private static final long OBJ_ID = offset(LAYOUT, "obj_id");
    private static final long OBJ_TYPE = offset(LAYOUT, "obj_type");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmObjectProperties(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Address of room for the ids.
     *
     * @return the value
     */
    public long properties() {
        return int64(PROPS_PTR);
    }

    /**
     * Sets {@link #properties()}.
     *
     * @param value the value
     * @return this
     */
    public DrmObjectProperties properties(long value) {
        int64(PROPS_PTR, value);
        return this;
    }

    /**
     * Address of room for the values, 64 bits each.
     *
     * @return the value
     */
    public long values() {
        return int64(PROP_VALUES_PTR);
    }

    /**
     * Sets {@link #values()}.
     *
     * @param value the value
     * @return this
     */
    public DrmObjectProperties values(long value) {
        int64(PROP_VALUES_PTR, value);
        return this;
    }

    /**
     * How many there are; how many there is room for.
     *
     * @return the value
     */
    public int count() {
        return int32(COUNT_PROPS);
    }

    /**
     * Sets {@link #count()}.
     *
     * @param value the value
     * @return this
     */
    public DrmObjectProperties count(int value) {
        int32(COUNT_PROPS, value);
        return this;
    }

    /**
     * The object.
     *
     * @return the value
     */
    public int objectId() {
        return int32(OBJ_ID);
    }

    /**
     * Sets {@link #objectId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmObjectProperties objectId(int value) {
        int32(OBJ_ID, value);
        return this;
    }

    /**
     * {@code DRM_MODE_OBJECT_…}.
     *
     * @return the value
     */
    public int objectType() {
        return int32(OBJ_TYPE);
    }

    /**
     * Sets {@link #objectType()}.
     *
     * @param value the value
     * @return this
     */
    public DrmObjectProperties objectType(int value) {
        int32(OBJ_TYPE, value);
        return this;
    }
}
