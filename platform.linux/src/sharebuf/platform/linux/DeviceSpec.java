package sharebuf.platform.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.linux.DeviceFacts;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.KnownDriver;

/**
 * What a device is: as configured, and what sysfs says where the configuration says nothing.
 *
 * <p>Immutable.
 *
 * @param device as importers know it
 * @param kind {@link DeviceNode#V4L2} or {@link DeviceNode#DRM}
 * @param path of its node
 * @param mask the highest address it sends; empty when an IOMMU translates or it sends all
 * @param bounce whether memory beyond the mask may be given to it
 */
record DeviceSpec(Device device, String kind, String path, OptionalLong mask, boolean bounce) {

    /**
     * Reads a configuration.
     *
     * @param known what is said of its driver
     * @throws IllegalArgumentException naming PID, key, value and the allowed range
     */
    static DeviceSpec parse(Settings settings, DeviceConfig c, DeviceFacts facts, Optional<KnownDriver> known) {
        settings.check(c.sharebuf_device().matches("[A-Za-z0-9._-]+"), "sharebuf.device", c.sharebuf_device(), "letters, digits, . _ -");
        settings.check(c.sharebuf_node().matches(DeviceNode.V4L2 + "|" + DeviceNode.DRM), "sharebuf.node", c.sharebuf_node(), "v4l2 or drm");
        settings.check(c.path().startsWith("/"), "path", c.path(), "a node, such as /dev/video0 or /dev/dri/card0");
        settings.check(!c.sharebuf_addressSpace().isEmpty(), "sharebuf.addressSpace", "", "the name of an address space");
        settings.check(c.bounce().matches(DeviceNode.REFUSE + "|" + DeviceNode.ALLOW), "bounce", c.bounce(), "refuse or allow");
        long mask = mask(settings, c, facts, known);
        settings.check(mask != 0, "mask", c.mask(), "an address, not 0");
        boolean limits = !facts.translated() && mask != -1;
        boolean bounce = limits && c.bounce().equals(DeviceNode.ALLOW);
        List<String> compatible = c.compatible().length > 0 ? List.of(c.compatible()) : facts.compatible();
        // Behind an IOMMU the mask limits IOVAs, which the kernel picks.
        DmaConstraints dma = DmaConstraints.builder().iommu(facts.translated()).mask(bounce ? -1 : mask).build();
        return new DeviceSpec(new Device(c.sharebuf_device(), compatible, c.sharebuf_addressSpace(), dma), c.sharebuf_node(), c.path(),
                limits ? OptionalLong.of(mask) : OptionalLong.empty(), bounce);
    }

    /** As configured, as sysfs knows, as the driver is known for; else what the kernel gives a device before its driver says anything. */
    private static long mask(Settings settings, DeviceConfig c, DeviceFacts facts, Optional<KnownDriver> known) {
        if (!c.mask().isEmpty()) {
            return settings.quantity("mask", c.mask());
        }
        OptionalLong said = facts.mask().isPresent() ? facts.mask() : known.map(KnownDriver::mask).orElse(OptionalLong.empty());
        return said.orElse(facts.translated() ? -1 : DeviceFacts.DEFAULT_MASK);
    }
}
