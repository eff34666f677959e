package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Planes of a card: {@code DRM_IOCTL_MODE_GETPLANERESOURCES}.
 *
 * <p>Layout of {@code struct drm_mode_get_plane_res} in {@code drm/drm_mode.h}.
 */
public final class DrmPlaneResources extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_get_plane_res", u64("plane_id_ptr"), u32("count_planes"));

    private static final long PLANE_ID_PTR = offset(LAYOUT, "plane_id_ptr");
    private static final long COUNT_PLANES = offset(LAYOUT, "count_planes");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmPlaneResources(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Address of plane ids.
     *
     * @return the value
     */
    public long planes() {
        return int64(PLANE_ID_PTR);
    }

    /**
     * Sets {@link #planes()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlaneResources planes(long value) {
        int64(PLANE_ID_PTR, value);
        return this;
    }

    /**
     * Length of the array, then the number of planes.
     *
     * @return the value
     */
    public int planeCount() {
        return int32(COUNT_PLANES);
    }

    /**
     * Sets {@link #planeCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlaneResources planeCount(int value) {
        int32(COUNT_PLANES, value);
        return this;
    }
}
