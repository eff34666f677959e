package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Makes a dumb buffer: {@code DRM_IOCTL_MODE_CREATE_DUMB}.
 *
 * <p>Layout of {@code struct drm_mode_create_dumb} in {@code drm/drm_mode.h}.
 */
public final class DrmCreateDumb extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_create_dumb", u32("height"), u32("width"), u32("bpp"), u32("flags"),
        u32("handle"), u32("pitch"), u64("size"));

    private static final long HEIGHT = offset(LAYOUT, "height");
    private static final long WIDTH = offset(LAYOUT, "width");
    private static final long BPP = offset(LAYOUT, "bpp");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long HANDLE = offset(LAYOUT, "handle");
    private static final long PITCH = offset(LAYOUT, "pitch");
    private static final long SIZE = offset(LAYOUT, "size");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmCreateDumb(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Height in pixels.
     *
     * @return the value
     */
    public int height() {
        return int32(HEIGHT);
    }

    /**
     * Sets {@link #height()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCreateDumb height(int value) {
        int32(HEIGHT, value);
        return this;
    }

    /**
     * Width in pixels.
     *
     * @return the value
     */
    public int width() {
        return int32(WIDTH);
    }

    /**
     * Sets {@link #width()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCreateDumb width(int value) {
        int32(WIDTH, value);
        return this;
    }

    /**
     * Bits of a pixel.
     *
     * @return the value
     */
    public int bitsPerPixel() {
        return int32(BPP);
    }

    /**
     * Sets {@link #bitsPerPixel()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCreateDumb bitsPerPixel(int value) {
        int32(BPP, value);
        return this;
    }

    /**
     * Must be 0.
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
    public DrmCreateDumb flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * GEM handle, set by the driver.
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
    public DrmCreateDumb handle(int value) {
        int32(HANDLE, value);
        return this;
    }

    /**
     * Pitch in bytes, set by the driver.
     *
     * @return the value
     */
    public long pitch() {
        return uint32(PITCH);
    }

    /**
     * Sets {@link #pitch()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCreateDumb pitch(long value) {
        uint32(PITCH, value);
        return this;
    }

    /**
     * Bytes, set by the driver.
     *
     * @return the value
     */
    public long size() {
        return int64(SIZE);
    }

    /**
     * Sets {@link #size()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCreateDumb size(long value) {
        int64(SIZE, value);
        return this;
    }
}
