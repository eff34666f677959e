package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A connector: {@code DRM_IOCTL_MODE_GETCONNECTOR}. Counts are the lengths of the arrays, then the numbers of objects.
 *
 * <p>Layout of {@code struct drm_mode_get_connector} in {@code drm/drm_mode.h}.
 */
public final class DrmConnector extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_get_connector", u64("encoders_ptr"), u64("modes_ptr"), u64("props_ptr"),
        u64("prop_values_ptr"), u32("count_modes"), u32("count_props"), u32("count_encoders"), u32("encoder_id"), u32("connector_id"),
        u32("connector_type"), u32("connector_type_id"), u32("connection"), u32("mm_width"), u32("mm_height"), u32("subpixel"),
        u32("pad"));

    private static final long ENCODERS_PTR = offset(LAYOUT, "encoders_ptr");
    private static final long MODES_PTR = offset(LAYOUT, "modes_ptr");
    private static final long PROPS_PTR = offset(LAYOUT, "props_ptr");
    private static final long PROP_VALUES_PTR = offset(LAYOUT, "prop_values_ptr");
    private static final long COUNT_MODES = offset(LAYOUT, "count_modes");
    private static final long COUNT_PROPS = offset(LAYOUT, "count_props");
    private static final long COUNT_ENCODERS = offset(LAYOUT, "count_encoders");
    private static final long ENCODER_ID = offset(LAYOUT, "encoder_id");
    private static final long CONNECTOR_ID = offset(LAYOUT, "connector_id");
    private static final long CONNECTOR_TYPE = offset(LAYOUT, "connector_type");
    private static final long CONNECTOR_TYPE_ID = offset(LAYOUT, "connector_type_id");
    private static final long CONNECTION = offset(LAYOUT, "connection");
    private static final long MM_WIDTH = offset(LAYOUT, "mm_width");
    private static final long MM_HEIGHT = offset(LAYOUT, "mm_height");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmConnector(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Address of encoder ids.
     *
     * @return the value
     */
    public long encoders() {
        return int64(ENCODERS_PTR);
    }

    /**
     * Sets {@link #encoders()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector encoders(long value) {
        int64(ENCODERS_PTR, value);
        return this;
    }

    /**
     * Address of an array of {@link DrmModeInfo}.
     *
     * @return the value
     */
    public long modes() {
        return int64(MODES_PTR);
    }

    /**
     * Sets {@link #modes()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector modes(long value) {
        int64(MODES_PTR, value);
        return this;
    }

    /**
     * Address of property ids.
     *
     * @return the value
     */
    public long properties() {
        return int64(PROPS_PTR);
    }

    /**
     * Sets {@link #properties()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector properties(long value) {
        int64(PROPS_PTR, value);
        return this;
    }

    /**
     * Address of property values, 8 bytes each.
     *
     * @return the value
     */
    public long propertyValues() {
        return int64(PROP_VALUES_PTR);
    }

    /**
     * Sets {@link #propertyValues()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector propertyValues(long value) {
        int64(PROP_VALUES_PTR, value);
        return this;
    }

    /**
     * Number of modes.
     *
     * @return the value
     */
    public int modeCount() {
        return int32(COUNT_MODES);
    }

    /**
     * Sets {@link #modeCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector modeCount(int value) {
        int32(COUNT_MODES, value);
        return this;
    }

    /**
     * Number of properties.
     *
     * @return the value
     */
    public int propertyCount() {
        return int32(COUNT_PROPS);
    }

    /**
     * Sets {@link #propertyCount()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector propertyCount(int value) {
        int32(COUNT_PROPS, value);
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
    public DrmConnector encoderCount(int value) {
        int32(COUNT_ENCODERS, value);
        return this;
    }

    /**
     * Encoder in use, 0 for none.
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
    public DrmConnector encoderId(int value) {
        int32(ENCODER_ID, value);
        return this;
    }

    /**
     * Id of the connector.
     *
     * @return the value
     */
    public int connectorId() {
        return int32(CONNECTOR_ID);
    }

    /**
     * Sets {@link #connectorId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector connectorId(int value) {
        int32(CONNECTOR_ID, value);
        return this;
    }

    /**
     * {@code DRM_MODE_CONNECTOR_…}.
     *
     * @return the value
     */
    public int connectorType() {
        return int32(CONNECTOR_TYPE);
    }

    /**
     * Sets {@link #connectorType()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector connectorType(int value) {
        int32(CONNECTOR_TYPE, value);
        return this;
    }

    /**
     * Number among those of its type.
     *
     * @return the value
     */
    public int connectorTypeId() {
        return int32(CONNECTOR_TYPE_ID);
    }

    /**
     * Sets {@link #connectorTypeId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector connectorTypeId(int value) {
        int32(CONNECTOR_TYPE_ID, value);
        return this;
    }

    /**
     * {@code 1} connected, {@code 2} disconnected, {@code 3} unknown.
     *
     * @return the value
     */
    public int connection() {
        return int32(CONNECTION);
    }

    /**
     * Sets {@link #connection()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector connection(int value) {
        int32(CONNECTION, value);
        return this;
    }

    /**
     * Width in millimetres.
     *
     * @return the value
     */
    public int mmWidth() {
        return int32(MM_WIDTH);
    }

    /**
     * Sets {@link #mmWidth()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector mmWidth(int value) {
        int32(MM_WIDTH, value);
        return this;
    }

    /**
     * Height in millimetres.
     *
     * @return the value
     */
    public int mmHeight() {
        return int32(MM_HEIGHT);
    }

    /**
     * Sets {@link #mmHeight()}.
     *
     * @param value the value
     * @return this
     */
    public DrmConnector mmHeight(int value) {
        int32(MM_HEIGHT, value);
        return this;
    }
}
