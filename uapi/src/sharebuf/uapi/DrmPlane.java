package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A plane: {@code DRM_IOCTL_MODE_GETPLANE}.
 *
 * <p>Layout of {@code struct drm_mode_get_plane} in {@code drm/drm_mode.h}.
 */
public final class DrmPlane extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_get_plane", u32("plane_id"), u32("crtc_id"), u32("fb_id"),
        u32("possible_crtcs"), u32("gamma_size"), u32("count_format_types"), u64("format_type_ptr"));

    private static final long PLANE_ID = offset(LAYOUT, "plane_id");
    private static final long CRTC_ID = offset(LAYOUT, "crtc_id");
    private static final long FB_ID = offset(LAYOUT, "fb_id");
    private static final long POSSIBLE_CRTCS = offset(LAYOUT, "possible_crtcs");
    private static final long COUNT_FORMAT_TYPES = offset(LAYOUT, "count_format_types");
    private static final long FORMAT_TYPE_PTR = offset(LAYOUT, "format_type_ptr");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmPlane(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Id of the plane.
     *
     * @return the value
     */
    public int planeId() {
        return int32(PLANE_ID);
    }

    /**
     * Sets {@link #planeId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlane planeId(int value) {
        int32(PLANE_ID, value);
        return this;
    }

    /**
     * CRTC in use, 0 for none.
     *
     * @return the value
     */
    public int crtcId() {
        return int32(CRTC_ID);
    }

    /**
     * Sets {@link #crtcId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlane crtcId(int value) {
        int32(CRTC_ID, value);
        return this;
    }

    /**
     * Framebuffer on it, 0 for none.
     *
     * @return the value
     */
    public int framebufferId() {
        return int32(FB_ID);
    }

    /**
     * Sets {@link #framebufferId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlane framebufferId(int value) {
        int32(FB_ID, value);
        return this;
    }

    /**
     * Bit n: the n-th CRTC of the card can show it.
     *
     * @return the value
     */
    public int possibleCrtcs() {
        return int32(POSSIBLE_CRTCS);
    }

    /**
     * Sets {@link #possibleCrtcs()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlane possibleCrtcs(int value) {
        int32(POSSIBLE_CRTCS, value);
        return this;
    }

    /**
     * Length of the array, then the number of formats.
     *
     * @return the value
     */
    public int formatCount() {
        return int32(COUNT_FORMAT_TYPES);
    }

    /**
     * Sets {@link #formatCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlane formatCount(int value) {
        int32(COUNT_FORMAT_TYPES, value);
        return this;
    }

    /**
     * Address of fourcc codes, 4 bytes each.
     *
     * @return the value
     */
    public long formats() {
        return int64(FORMAT_TYPE_PTR);
    }

    /**
     * Sets {@link #formats()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPlane formats(long value) {
        int64(FORMAT_TYPE_PTR, value);
        return this;
    }
}
