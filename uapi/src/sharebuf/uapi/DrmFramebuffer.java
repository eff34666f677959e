package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Makes a framebuffer: {@code DRM_IOCTL_MODE_ADDFB2}.
 *
 * <p>Layout of {@code struct drm_mode_fb_cmd2} in {@code drm/drm_mode.h}.
 */
public final class DrmFramebuffer extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_fb_cmd2", u32("fb_id"), u32("width"), u32("height"), u32("pixel_format"),
        u32("flags"), u32("handles", 4), u32("pitches", 4), u32("offsets", 4), u64("modifier", 4));

    private static final long FB_ID = offset(LAYOUT, "fb_id");
    private static final long WIDTH = offset(LAYOUT, "width");
    private static final long HEIGHT = offset(LAYOUT, "height");
    private static final long PIXEL_FORMAT = offset(LAYOUT, "pixel_format");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long HANDLES = offset(LAYOUT, "handles");
    private static final long PITCHES = offset(LAYOUT, "pitches");
    private static final long OFFSETS = offset(LAYOUT, "offsets");
    private static final long MODIFIER = offset(LAYOUT, "modifier");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmFramebuffer(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Its id, set by the driver.
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
    public DrmFramebuffer framebufferId(int value) {
        int32(FB_ID, value);
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
    public DrmFramebuffer width(int value) {
        int32(WIDTH, value);
        return this;
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
    public DrmFramebuffer height(int value) {
        int32(HEIGHT, value);
        return this;
    }

    /**
     * Fourcc of {@code drm_fourcc.h}.
     *
     * @return the value
     */
    public int pixelFormat() {
        return int32(PIXEL_FORMAT);
    }

    /**
     * Sets {@link #pixelFormat()}.
     *
     * @param value the value
     * @return this
     */
    public DrmFramebuffer pixelFormat(int value) {
        int32(PIXEL_FORMAT, value);
        return this;
    }

    /**
     * {@code DRM_MODE_FB_…}.
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
    public DrmFramebuffer flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * GEM handle of a plane.
     *
     * @param plane 0 to 3
     * @return the value
     */
    public int handle(int plane) {
        return int32(HANDLES + element(plane, 4, 4));
    }

    /**
     * Sets {@link #handle(int)}.
     *
     * @param plane 0 to 3
     * @param value the value
     * @return this
     */
    public DrmFramebuffer handle(int plane, int value) {
        int32(HANDLES + element(plane, 4, 4), value);
        return this;
    }

    /**
     * Pitch of a plane in bytes.
     *
     * @param plane 0 to 3
     * @return the value
     */
    public long pitch(int plane) {
        return uint32(PITCHES + element(plane, 4, 4));
    }

    /**
     * Sets {@link #pitch(int)}.
     *
     * @param plane 0 to 3
     * @param value the value
     * @return this
     */
    public DrmFramebuffer pitch(int plane, long value) {
        uint32(PITCHES + element(plane, 4, 4), value);
        return this;
    }

    /**
     * Offset of a plane in its object, in bytes.
     *
     * @param plane 0 to 3
     * @return the value
     */
    public long offset(int plane) {
        return uint32(OFFSETS + element(plane, 4, 4));
    }

    /**
     * Sets {@link #offset(int)}.
     *
     * @param plane 0 to 3
     * @param value the value
     * @return this
     */
    public DrmFramebuffer offset(int plane, long value) {
        uint32(OFFSETS + element(plane, 4, 4), value);
        return this;
    }

    /**
     * Modifier of a plane, with {@code DRM_MODE_FB_MODIFIERS}.
     *
     * @param plane 0 to 3
     * @return the value
     */
    public long modifier(int plane) {
        return int64(MODIFIER + element(plane, 4, 8));
    }

    /**
     * Sets {@link #modifier(int)}.
     *
     * @param plane 0 to 3
     * @param value the value
     * @return this
     */
    public DrmFramebuffer modifier(int plane, long value) {
        int64(MODIFIER + element(plane, 4, 8), value);
        return this;
    }
}
