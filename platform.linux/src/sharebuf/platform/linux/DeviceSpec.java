package sharebuf.platform.linux;

import java.util.List;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.linux.DeviceFacts;
import sharebuf.node.DeviceNode;

/**
 * What a device is: as configured, and what sysfs says where the configuration says nothing.
 *
 * <p>Immutable.
 *
 * @param device as importers know it
 * @param kind {@link DeviceNode#V4L2} or {@link DeviceNode#DRM}
 * @param path of its node
 */
record DeviceSpec(Device device, String kind, String path) {

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming PID, key, value and the allowed range
     */
    static DeviceSpec parse(Settings settings, DeviceConfig c, DeviceFacts facts) {
        settings.check(c.sharebuf_device().matches("[A-Za-z0-9._-]+"), "sharebuf.device", c.sharebuf_device(), "letters, digits, . _ -");
        settings.check(c.sharebuf_node().matches(DeviceNode.V4L2 + "|" + DeviceNode.DRM), "sharebuf.node", c.sharebuf_node(), "v4l2 or drm");
        settings.check(c.path().startsWith("/"), "path", c.path(), "a node, such as /dev/video0 or /dev/dri/card0");
        settings.check(!c.sharebuf_addressSpace().isEmpty(), "sharebuf.addressSpace", "", "the name of an address space");
        long mask = c.mask().isEmpty() ? facts.mask() : settings.quantity("mask", c.mask());
        settings.check(mask != 0, "mask", c.mask(), "an address, not 0");
        List<String> compatible = c.compatible().length > 0 ? List.of(c.compatible()) : facts.compatible();
        // Behind an IOMMU the mask limits IOVAs, which the kernel picks.
        DmaConstraints dma = DmaConstraints.builder().iommu(facts.translated()).mask(mask).build();
        return new DeviceSpec(new Device(c.sharebuf_device(), compatible, c.sharebuf_addressSpace(), dma), c.sharebuf_node(), c.path());
    }
}
