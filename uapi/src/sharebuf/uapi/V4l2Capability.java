package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What a device is: answer of {@code VIDIOC_QUERYCAP}.
 *
 * <p>Layout of {@code struct v4l2_capability} in {@code linux/videodev2.h}.
 */
public final class V4l2Capability extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_capability", u8("driver", 16), u8("card", 32), u8("bus_info", 32),
        u32("version"), u32("capabilities"), u32("device_caps"), u32("reserved", 3));

    private static final long DRIVER = offset(LAYOUT, "driver");
    private static final long CARD = offset(LAYOUT, "card");
    private static final long BUS_INFO = offset(LAYOUT, "bus_info");
    private static final long VERSION = offset(LAYOUT, "version");
    private static final long CAPABILITIES = offset(LAYOUT, "capabilities");
    private static final long DEVICE_CAPS = offset(LAYOUT, "device_caps");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2Capability(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Name of the driver.
     *
     * @return the value
     */
    public String driver() {
        return text(DRIVER, 16);
    }

    /**
     * Sets {@link #driver()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Capability driver(String value) {
        text(DRIVER, 16, value);
        return this;
    }

    /**
     * Name of the device.
     *
     * @return the value
     */
    public String card() {
        return text(CARD, 32);
    }

    /**
     * Sets {@link #card()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Capability card(String value) {
        text(CARD, 32, value);
        return this;
    }

    /**
     * Where the device is.
     *
     * @return the value
     */
    public String busInfo() {
        return text(BUS_INFO, 32);
    }

    /**
     * Sets {@link #busInfo()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Capability busInfo(String value) {
        text(BUS_INFO, 32, value);
        return this;
    }

    /**
     * Version of the kernel.
     *
     * @return the value
     */
    public int version() {
        return int32(VERSION);
    }

    /**
     * Sets {@link #version()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Capability version(int value) {
        int32(VERSION, value);
        return this;
    }

    /**
     * Capabilities of the physical device, {@code V4L2_CAP_…}.
     *
     * @return the value
     */
    public int capabilities() {
        return int32(CAPABILITIES);
    }

    /**
     * Sets {@link #capabilities()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Capability capabilities(int value) {
        int32(CAPABILITIES, value);
        return this;
    }

    /**
     * Capabilities of this node, when {@code V4L2_CAP_DEVICE_CAPS} is set.
     *
     * @return the value
     */
    public int deviceCaps() {
        return int32(DEVICE_CAPS);
    }

    /**
     * Sets {@link #deviceCaps()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Capability deviceCaps(int value) {
        int32(DEVICE_CAPS, value);
        return this;
    }
}
