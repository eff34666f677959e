package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A GEM handle and the descriptor of its dma-buf: {@code DRM_IOCTL_PRIME_FD_TO_HANDLE}, {@code DRM_IOCTL_PRIME_HANDLE_TO_FD}.
 *
 * <p>Layout of {@code struct drm_prime_handle} in {@code drm/drm.h}.
 */
public final class DrmPrimeHandle extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_prime_handle", u32("handle"), u32("flags"), s32("fd"));

    private static final long HANDLE = offset(LAYOUT, "handle");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long FD = offset(LAYOUT, "fd");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmPrimeHandle(MemorySegment at) {
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
    public DrmPrimeHandle handle(int value) {
        int32(HANDLE, value);
        return this;
    }

    /**
     * {@code DRM_CLOEXEC}, {@code DRM_RDWR}; handle to descriptor only.
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
    public DrmPrimeHandle flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * Descriptor of the dma-buf.
     *
     * @return the value
     */
    public int fd() {
        return int32(FD);
    }

    /**
     * Sets {@link #fd()}.
     *
     * @param value the value
     * @return this
     */
    public DrmPrimeHandle fd(int value) {
        int32(FD, value);
        return this;
    }
}
