package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A display mode.
 *
 * <p>Layout of {@code struct drm_mode_modeinfo} in {@code drm/drm_mode.h}.
 */
public final class DrmModeInfo extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_modeinfo", u32("clock"), u16("hdisplay"), u16("hsync_start"),
        u16("hsync_end"), u16("htotal"), u16("hskew"), u16("vdisplay"), u16("vsync_start"), u16("vsync_end"), u16("vtotal"),
        u16("vscan"), u32("vrefresh"), u32("flags"), u32("type"), u8("name", 32));

    private static final long CLOCK = offset(LAYOUT, "clock");
    private static final long HDISPLAY = offset(LAYOUT, "hdisplay");
    private static final long HSYNC_START = offset(LAYOUT, "hsync_start");
    private static final long HSYNC_END = offset(LAYOUT, "hsync_end");
    private static final long HTOTAL = offset(LAYOUT, "htotal");
    private static final long VDISPLAY = offset(LAYOUT, "vdisplay");
    private static final long VSYNC_START = offset(LAYOUT, "vsync_start");
    private static final long VSYNC_END = offset(LAYOUT, "vsync_end");
    private static final long VTOTAL = offset(LAYOUT, "vtotal");
    private static final long VREFRESH = offset(LAYOUT, "vrefresh");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long TYPE = offset(LAYOUT, "type");
    private static final long NAME = offset(LAYOUT, "name");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmModeInfo(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Pixel clock in kHz.
     *
     * @return the value
     */
    public int clock() {
        return int32(CLOCK);
    }

    /**
     * Sets {@link #clock()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo clock(int value) {
        int32(CLOCK, value);
        return this;
    }

    /**
     * Visible width.
     *
     * @return the value
     */
    public int hdisplay() {
        return uint16(HDISPLAY);
    }

    /**
     * Sets {@link #hdisplay()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo hdisplay(int value) {
        uint16(HDISPLAY, value);
        return this;
    }

    /**
     * Start of the horizontal sync.
     *
     * @return the value
     */
    public int hsyncStart() {
        return uint16(HSYNC_START);
    }

    /**
     * Sets {@link #hsyncStart()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo hsyncStart(int value) {
        uint16(HSYNC_START, value);
        return this;
    }

    /**
     * End of the horizontal sync.
     *
     * @return the value
     */
    public int hsyncEnd() {
        return uint16(HSYNC_END);
    }

    /**
     * Sets {@link #hsyncEnd()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo hsyncEnd(int value) {
        uint16(HSYNC_END, value);
        return this;
    }

    /**
     * Pixels of a line.
     *
     * @return the value
     */
    public int htotal() {
        return uint16(HTOTAL);
    }

    /**
     * Sets {@link #htotal()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo htotal(int value) {
        uint16(HTOTAL, value);
        return this;
    }

    /**
     * Visible height.
     *
     * @return the value
     */
    public int vdisplay() {
        return uint16(VDISPLAY);
    }

    /**
     * Sets {@link #vdisplay()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo vdisplay(int value) {
        uint16(VDISPLAY, value);
        return this;
    }

    /**
     * Start of the vertical sync.
     *
     * @return the value
     */
    public int vsyncStart() {
        return uint16(VSYNC_START);
    }

    /**
     * Sets {@link #vsyncStart()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo vsyncStart(int value) {
        uint16(VSYNC_START, value);
        return this;
    }

    /**
     * End of the vertical sync.
     *
     * @return the value
     */
    public int vsyncEnd() {
        return uint16(VSYNC_END);
    }

    /**
     * Sets {@link #vsyncEnd()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo vsyncEnd(int value) {
        uint16(VSYNC_END, value);
        return this;
    }

    /**
     * Lines of a frame.
     *
     * @return the value
     */
    public int vtotal() {
        return uint16(VTOTAL);
    }

    /**
     * Sets {@link #vtotal()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo vtotal(int value) {
        uint16(VTOTAL, value);
        return this;
    }

    /**
     * Frames a second.
     *
     * @return the value
     */
    public int vrefresh() {
        return int32(VREFRESH);
    }

    /**
     * Sets {@link #vrefresh()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo vrefresh(int value) {
        int32(VREFRESH, value);
        return this;
    }

    /**
     * {@code DRM_MODE_FLAG_…}.
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
    public DrmModeInfo flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * {@code DRM_MODE_TYPE_…}.
     *
     * @return the value
     */
    public int type() {
        return int32(TYPE);
    }

    /**
     * Sets {@link #type()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo type(int value) {
        int32(TYPE, value);
        return this;
    }

    /**
     * Name of the mode.
     *
     * @return the value
     */
    public String name() {
        return text(NAME, 32);
    }

    /**
     * Sets {@link #name()}.
     *
     * @param value the value
     * @return this
     */
    public DrmModeInfo name(String value) {
        text(NAME, 32, value);
        return this;
    }
}
