package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What {@code read(2)} gives when a flip is done. Its first 8 bytes are a {@code struct drm_event}, which every event begins
 * with.
 *
 * <p>Layout of {@code struct drm_event_vblank} in {@code drm/drm.h}.
 */
public final class DrmEventVblank extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_event_vblank", u32("base.type"), u32("base.length"), u64("user_data"),
        u32("tv_sec"), u32("tv_usec"), u32("sequence"), u32("crtc_id"));

    private static final long BASE_TYPE = offset(LAYOUT, "base.type");
    private static final long BASE_LENGTH = offset(LAYOUT, "base.length");
    private static final long USER_DATA = offset(LAYOUT, "user_data");
    private static final long TV_SEC = offset(LAYOUT, "tv_sec");
    private static final long TV_USEC = offset(LAYOUT, "tv_usec");
    private static final long SEQUENCE = offset(LAYOUT, "sequence");
    private static final long CRTC_ID = offset(LAYOUT, "crtc_id");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmEventVblank(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * {@code DRM_EVENT_…}.
     *
     * @return the value
     */
    public int type() {
        return int32(BASE_TYPE);
    }

    /**
     * Sets {@link #type()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEventVblank type(int value) {
        int32(BASE_TYPE, value);
        return this;
    }

    /**
     * Bytes of this event.
     *
     * @return the value
     */
    public int length() {
        return int32(BASE_LENGTH);
    }

    /**
     * Sets {@link #length()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEventVblank length(int value) {
        int32(BASE_LENGTH, value);
        return this;
    }

    /**
     * As given to the flip.
     *
     * @return the value
     */
    public long userData() {
        return int64(USER_DATA);
    }

    /**
     * Sets {@link #userData()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEventVblank userData(long value) {
        int64(USER_DATA, value);
        return this;
    }

    /**
     * Seconds of the time stamp.
     *
     * @return the value
     */
    public long seconds() {
        return uint32(TV_SEC);
    }

    /**
     * Sets {@link #seconds()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEventVblank seconds(long value) {
        uint32(TV_SEC, value);
        return this;
    }

    /**
     * Microseconds of the time stamp.
     *
     * @return the value
     */
    public long micros() {
        return uint32(TV_USEC);
    }

    /**
     * Sets {@link #micros()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEventVblank micros(long value) {
        uint32(TV_USEC, value);
        return this;
    }

    /**
     * Number of the frame.
     *
     * @return the value
     */
    public long sequence() {
        return uint32(SEQUENCE);
    }

    /**
     * Sets {@link #sequence()}.
     *
     * @param value the value
     * @return this
     */
    public DrmEventVblank sequence(long value) {
        uint32(SEQUENCE, value);
        return this;
    }

    /**
     * Id of the CRTC, 0 from old kernels.
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
    public DrmEventVblank crtcId(int value) {
        int32(CRTC_ID, value);
        return this;
    }
}
