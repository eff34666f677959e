package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Objects of a card: {@code DRM_IOCTL_MODE_GETRESOURCES}. Counts are the lengths of the arrays, then the numbers of objects; an
 * array whose count is too small is not filled.
 *
 * <p>Layout of {@code struct drm_mode_card_res} in {@code drm/drm_mode.h}.
 */
public final class DrmCardResources extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_card_res", u64("fb_id_ptr"), u64("crtc_id_ptr"), u64("connector_id_ptr"),
        u64("encoder_id_ptr"), u32("count_fbs"), u32("count_crtcs"), u32("count_connectors"), u32("count_encoders"), u32("min_width"),
        u32("max_width"), u32("min_height"), u32("max_height"));

    private static final long FB_ID_PTR = offset(LAYOUT, "fb_id_ptr");
    private static final long CRTC_ID_PTR = offset(LAYOUT, "crtc_id_ptr");
    private static final long CONNECTOR_ID_PTR = offset(LAYOUT, "connector_id_ptr");
    private static final long ENCODER_ID_PTR = offset(LAYOUT, "encoder_id_ptr");
    private static final long COUNT_FBS = offset(LAYOUT, "count_fbs");
    private static final long COUNT_CRTCS = offset(LAYOUT, "count_crtcs");
    private static final long COUNT_CONNECTORS = offset(LAYOUT, "count_connectors");
    private static final long COUNT_ENCODERS = offset(LAYOUT, "count_encoders");
    private static final long MIN_WIDTH = offset(LAYOUT, "min_width");
    private static final long MAX_WIDTH = offset(LAYOUT, "max_width");
    private static final long MIN_HEIGHT = offset(LAYOUT, "min_height");
    private static final long MAX_HEIGHT = offset(LAYOUT, "max_height");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmCardResources(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Address of framebuffer ids.
     *
     * @return the value
     */
    public long framebuffers() {
        return int64(FB_ID_PTR);
    }

    /**
     * Sets {@link #framebuffers()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources framebuffers(long value) {
        int64(FB_ID_PTR, value);
        return this;
    }

    /**
     * Address of CRTC ids.
     *
     * @return the value
     */
    public long crtcs() {
        return int64(CRTC_ID_PTR);
    }

    /**
     * Sets {@link #crtcs()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources crtcs(long value) {
        int64(CRTC_ID_PTR, value);
        return this;
    }

    /**
     * Address of connector ids.
     *
     * @return the value
     */
    public long connectors() {
        return int64(CONNECTOR_ID_PTR);
    }

    /**
     * Sets {@link #connectors()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources connectors(long value) {
        int64(CONNECTOR_ID_PTR, value);
        return this;
    }

    /**
     * Address of encoder ids.
     *
     * @return the value
     */
    public long encoders() {
        return int64(ENCODER_ID_PTR);
    }

    /**
     * Sets {@link #encoders()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources encoders(long value) {
        int64(ENCODER_ID_PTR, value);
        return this;
    }

    /**
     * Number of framebuffers.
     *
     * @return the value
     */
    public int framebufferCount() {
        return int32(COUNT_FBS);
    }

    /**
     * Sets {@link #framebufferCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources framebufferCount(int value) {
        int32(COUNT_FBS, value);
        return this;
    }

    /**
     * Number of CRTCs.
     *
     * @return the value
     */
    public int crtcCount() {
        return int32(COUNT_CRTCS);
    }

    /**
     * Sets {@link #crtcCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources crtcCount(int value) {
        int32(COUNT_CRTCS, value);
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
    public DrmCardResources connectorCount(int value) {
        int32(COUNT_CONNECTORS, value);
        return this;
    }

    /**
     * Number of encoders.
     *
     * @return the value
     */
    public int encoderCount() {
        return int32(COUNT_ENCODERS);
    }

    /**
     * Sets {@link #encoderCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources encoderCount(int value) {
        int32(COUNT_ENCODERS, value);
        return this;
    }

    /**
     * Least width of a framebuffer.
     *
     * @return the value
     */
    public int minWidth() {
        return int32(MIN_WIDTH);
    }

    /**
     * Sets {@link #minWidth()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources minWidth(int value) {
        int32(MIN_WIDTH, value);
        return this;
    }

    /**
     * Largest width of a framebuffer.
     *
     * @return the value
     */
    public int maxWidth() {
        return int32(MAX_WIDTH);
    }

    /**
     * Sets {@link #maxWidth()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources maxWidth(int value) {
        int32(MAX_WIDTH, value);
        return this;
    }

    /**
     * Least height of a framebuffer.
     *
     * @return the value
     */
    public int minHeight() {
        return int32(MIN_HEIGHT);
    }

    /**
     * Sets {@link #minHeight()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources minHeight(int value) {
        int32(MIN_HEIGHT, value);
        return this;
    }

    /**
     * Largest height of a framebuffer.
     *
     * @return the value
     */
    public int maxHeight() {
        return int32(MAX_HEIGHT);
    }

    /**
     * Sets {@link #maxHeight()}.
     *
     * @param value the value
     * @return this
     */
    public DrmCardResources maxHeight(int value) {
        int32(MAX_HEIGHT, value);
        return this;
    }
}
