package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A capability of the driver, or of this client: {@code DRM_IOCTL_GET_CAP}; {@code DRM_IOCTL_SET_CLIENT_CAP} has the same
 * layout.
 *
 * <p>Layout of {@code struct drm_get_cap} in {@code drm/drm.h}.
 */
public final class DrmCap extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_get_cap", u64("capability"), u64("value"));

    private static final long CAPABILITY = offset(LAYOUT, "capability");
    private static final long VALUE = offset(LAYOUT, "value");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmCap(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * {@code DRM_CAP_…} or {@code DRM_CLIENT_CAP_…}.
     *
     * @return the value
     */
    public long capability() {
        return int64(CAPABILITY);
    }

    /**
     * Sets {@link #capability()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCap capability(long value) {
        int64(CAPABILITY, value);
        return this;
    }

    /**
     * Its value.
     *
     * @return the value
     */
    public long value() {
        return int64(VALUE);
    }

    /**
     * Sets {@link #value()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCap value(long value) {
        int64(VALUE, value);
        return this;
    }
}
