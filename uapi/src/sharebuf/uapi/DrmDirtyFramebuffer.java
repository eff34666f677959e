package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What of a framebuffer has changed: {@code DRM_IOCTL_MODE_DIRTYFB}. Without clips it is all of it.
 *
 * <p>Layout of {@code struct drm_mode_fb_dirty_cmd} in {@code drm/drm_mode.h}.
 */
public final class DrmDirtyFramebuffer extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_fb_dirty_cmd", u32("fb_id"), u32("flags"), u32("color"), u32("num_clips"),
        u64("clips_ptr"));

    private static final long FB_ID = offset(LAYOUT, "fb_id");
    private static final long NUM_CLIPS = offset(LAYOUT, "num_clips");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmDirtyFramebuffer(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * The framebuffer.
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
    public DrmDirtyFramebuffer framebufferId(int value) {
        int32(FB_ID, value);
        return this;
    }

    /**
     * How many rectangles there are; 0 is the whole.
     *
     * @return the value
     */
    public int clipCount() {
        return int32(NUM_CLIPS);
    }
}
