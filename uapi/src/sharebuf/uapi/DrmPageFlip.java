package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Shows another framebuffer: {@code DRM_IOCTL_MODE_PAGE_FLIP}.
 *
 * <p>Layout of {@code struct drm_mode_crtc_page_flip} in {@code drm/drm_mode.h}.
 */
public final class DrmPageFlip extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_crtc_page_flip", u32("crtc_id"), u32("fb_id"), u32("flags"),
        u32("reserved"), u64("user_data"));

    private static final long CRTC_ID = offset(LAYOUT, "crtc_id");
    private static final long FB_ID = offset(LAYOUT, "fb_id");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long USER_DATA = offset(LAYOUT, "user_data");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmPageFlip(MemorySegment at) {
        super(LAYOUT, at);
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
    public DrmPageFlip crtcId(int value) {
        int32(CRTC_ID, value);
        return this;
    }

    /**
     * Framebuffer to show.
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
    public DrmPageFlip framebufferId(int value) {
        int32(FB_ID, value);
        return this;
    }

    /**
     * {@code DRM_MODE_PAGE_FLIP_…}.
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
    public DrmPageFlip flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * Comes back in the event.
     *
     * @return the value
     */
    public long userData() {
        return int64(USER_DATA);
    }

    /**
     * Sets {@link #userData()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPageFlip userData(long value) {
        int64(USER_DATA, value);
        return this;
    }
}
