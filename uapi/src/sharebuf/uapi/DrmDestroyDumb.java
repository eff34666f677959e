package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Frees a dumb buffer: {@code DRM_IOCTL_MODE_DESTROY_DUMB}.
 *
 * <p>Layout of {@code struct drm_mode_destroy_dumb} in {@code drm/drm_mode.h}.
 */
public final class DrmDestroyDumb extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_destroy_dumb", u32("handle"));

    private static final long HANDLE = offset(LAYOUT, "handle");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmDestroyDumb(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * GEM handle.
     *
     * @return the value
     */
    public int handle() {
        return int32(HANDLE);
    }

    /**
     * Sets {@link #handle()}.
     *
     * @param value the value
     * @return this
     */
    public DrmDestroyDumb handle(int value) {
        int32(HANDLE, value);
        return this;
    }
}
