package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A CRTC: {@code DRM_IOCTL_MODE_GETCRTC}, {@code DRM_IOCTL_MODE_SETCRTC}.
 *
 * <p>Layout of {@code struct drm_mode_crtc} in {@code drm/drm_mode.h}.
 */
public final class DrmCrtc extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_crtc", u64("set_connectors_ptr"), u32("count_connectors"),
        u32("crtc_id"), u32("fb_id"), u32("x"), u32("y"), u32("gamma_size"), u32("mode_valid"), struct("mode", DrmModeInfo.LAYOUT));

    private static final long SET_CONNECTORS_PTR = offset(LAYOUT, "set_connectors_ptr");
    private static final long COUNT_CONNECTORS = offset(LAYOUT, "count_connectors");
    private static final long CRTC_ID = offset(LAYOUT, "crtc_id");
    private static final long FB_ID = offset(LAYOUT, "fb_id");
    private static final long X = offset(LAYOUT, "x");
    private static final long Y = offset(LAYOUT, "y");
    private static final long MODE_VALID = offset(LAYOUT, "mode_valid");
    private static final long MODE = offset(LAYOUT, "mode");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmCrtc(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Address of connector ids.
     *
     * @return the value
     */
    public long connectors() {
        return int64(SET_CONNECTORS_PTR);
    }

    /**
     * Sets {@link #connectors()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCrtc connectors(long value) {
        int64(SET_CONNECTORS_PTR, value);
        return this;
    }

    /**
     * Number of connectors.
     *
     * @return the value
     */
    public int connectorCount() {
        return int32(COUNT_CONNECTORS);
    }

    /**
     * Sets {@link #connectorCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCrtc connectorCount(int value) {
        int32(COUNT_CONNECTORS, value);
        return this;
    }

    /**
     * Id of the CRTC.
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
    public DrmCrtc crtcId(int value) {
        int32(CRTC_ID, value);
        return this;
    }

    /**
     * Framebuffer to show; 0 switches off.
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
    public DrmCrtc framebufferId(int value) {
        int32(FB_ID, value);
        return this;
    }

    /**
     * Left edge in the framebuffer.
     *
     * @return the value
     */
    public int x() {
        return int32(X);
    }

    /**
     * Sets {@link #x()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCrtc x(int value) {
        int32(X, value);
        return this;
    }

    /**
     * Upper edge in the framebuffer.
     *
     * @return the value
     */
    public int y() {
        return int32(Y);
    }

    /**
     * Sets {@link #y()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCrtc y(int value) {
        int32(Y, value);
        return this;
    }

    /**
     * 1 when the mode is set.
     *
     * @return the value
     */
    public int modeValid() {
        return int32(MODE_VALID);
    }

    /**
     * Sets {@link #modeValid()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCrtc modeValid(int value) {
        int32(MODE_VALID, value);
        return this;
    }

    /**
     * The mode.
     *
     * @return a view
     */
    public DrmModeInfo mode() {
        return new DrmModeInfo(part(MODE, DrmModeInfo.LAYOUT));
    }
}
