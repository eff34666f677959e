package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Asks where a dumb buffer can be mapped: {@code DRM_IOCTL_MODE_MAP_DUMB}.
 *
 * <p>Layout of {@code struct drm_mode_map_dumb} in {@code drm/drm_mode.h}.
 */
public final class DrmMapDumb extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_map_dumb", u32("handle"), u32("pad"), u64("offset"));

    private static final long HANDLE = offset(LAYOUT, "handle");
    private static final long OFFSET = offset(LAYOUT, "offset");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmMapDumb(MemorySegment at) {
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
    public DrmMapDumb handle(int value) {
        int32(HANDLE, value);
        return this;
    }

    /**
     * For {@code mmap}, set by the driver.
     *
     * @return the value
     */
    public long offset() {
        return int64(OFFSET);
    }

    /**
     * Sets {@link #offset()}.
     *
     * @param value the value
     * @return this
     */
    public DrmMapDumb offset(long value) {
        int64(OFFSET, value);
        return this;
    }
}
