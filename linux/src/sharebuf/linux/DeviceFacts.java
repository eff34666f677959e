package sharebuf.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What sysfs says of the device behind a node.
 *
 * <p>Immutable. What it does not say is empty: unknown.
 *
 * @param name of the device in sysfs, such as {@code 0000:00:02.0}: the kernel's log names it so
 * @param driver name of the kernel driver
 * @param compatible of the device tree, most specific first
 * @param iommuGroup number of its IOMMU group
 * @param iommuType how the group's addresses are translated: {@code DMA}, {@code DMA-FQ}, {@code identity}, …
 * @param maskBits width of its DMA mask
 */
public record DeviceFacts(Optional<String> name, Optional<String> driver, List<String> compatible, Optional<String> iommuGroup, Optional<String> iommuType,
        OptionalInt maskBits) {
    /**
     * The mask that every device has until its driver sets a wider one: {@code setup_pdev_dma_masks} of drivers/base/platform.c,
     * {@code pci_setup_device} of drivers/pci/probe.c.
     */
    public static final long DEFAULT_MASK = 0xffff_ffffL;
    /** {@code iommu_group_show_type} of drivers/iommu/iommu.c; the others are blocked, identity, unmanaged (user space has it) and unknown. */
    private static final Set<String> TRANSLATING = Set.of("DMA", "DMA-FQ");

    /** Copies the list. */
    public DeviceFacts {
        compatible = List.copyOf(compatible);
    }

    /**
     * Whether an IOMMU translates for the kernel's driver of it. A group of the type identity is none, and one whose type cannot be read
     * counts as none.
     *
     * @return true when it is known to
     */
    public boolean translated() {
        return iommuType.filter(TRANSLATING::contains).isPresent();
    }

    /**
     * The highest address it can send.
     *
     * @return inclusive, unsigned; empty when sysfs does not say it, as it does for PCI devices only
     */
    public OptionalLong mask() {
        return maskBits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(maskBits.getAsInt() >= Long.SIZE ? -1 : (1L << maskBits.getAsInt()) - 1);
    }
}
