package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Closes a GEM handle: {@code DRM_IOCTL_GEM_CLOSE}.
 *
 * <p>Layout of {@code struct drm_gem_close} in {@code drm/drm.h}.
 */
public final class DrmGemClose extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_gem_close", u32("handle"), u32("pad"));

    private static final long HANDLE = offset(LAYOUT, "handle");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmGemClose(MemorySegment at) {
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
    public DrmGemClose handle(int value) {
        int32(HANDLE, value);
        return this;
    }
}
