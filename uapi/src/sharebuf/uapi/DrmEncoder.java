package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * An encoder: {@code DRM_IOCTL_MODE_GETENCODER}.
 *
 * <p>Layout of {@code struct drm_mode_get_encoder} in {@code drm/drm_mode.h}.
 */
public final class DrmEncoder extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_get_encoder", u32("encoder_id"), u32("encoder_type"), u32("crtc_id"),
        u32("possible_crtcs"), u32("possible_clones"));

    private static final long ENCODER_ID = offset(LAYOUT, "encoder_id");
    private static final long ENCODER_TYPE = offset(LAYOUT, "encoder_type");
    private static final long CRTC_ID = offset(LAYOUT, "crtc_id");
    private static final long POSSIBLE_CRTCS = offset(LAYOUT, "possible_crtcs");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmEncoder(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Id of the encoder.
     *
     * @return the value
     */
    public int encoderId() {
        return int32(ENCODER_ID);
    }

    /**
     * Sets {@link #encoderId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEncoder encoderId(int value) {
        int32(ENCODER_ID, value);
        return this;
    }

    /**
     * {@code DRM_MODE_ENCODER_…}.
     *
     * @return the value
     */
    public int encoderType() {
        return int32(ENCODER_TYPE);
    }

    /**
     * Sets {@link #encoderType()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEncoder encoderType(int value) {
        int32(ENCODER_TYPE, value);
        return this;
    }

    /**
     * CRTC in use, 0 for none.
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
    public DrmEncoder crtcId(int value) {
        int32(CRTC_ID, value);
        return this;
    }

    /**
     * Bit n: the n-th CRTC of the card can drive it.
     *
     * @return the value
     */
    public int possibleCrtcs() {
        return int32(POSSIBLE_CRTCS);
    }

    /**
     * Sets {@link #possibleCrtcs()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEncoder possibleCrtcs(int value) {
        int32(POSSIBLE_CRTCS, value);
        return this;
    }
}
