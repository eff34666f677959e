package sharebuf.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What sysfs says of the device behind a node.
 *
 * <p>Immutable. What it does not say is empty: unknown.
 *
 * @param driver name of the kernel driver
 * @param compatible of the device tree, most specific first
 * @param iommuGroup number of its IOMMU group
 * @param iommuType how the group's addresses are translated: {@code DMA}, {@code DMA-FQ}, {@code identity}, …
 * @param maskBits width of its DMA mask
 */
public record DeviceFacts(Optional<String> driver, List<String> compatible, Optional<String> iommuGroup, Optional<String> iommuType, OptionalInt maskBits) {
    /** Copies the list. */
    public DeviceFacts {
        compatible = List.copyOf(compatible);
    }

    /**
     * Whether an IOMMU translates for it. A group of the type identity is none, and one whose type cannot be read counts as none.
     *
     * @return true when it is known to
     */
    public boolean translated() {
        return iommuType.filter(t -> t.startsWith("DMA")).isPresent();
    }

    /**
     * The highest address it can send.
     *
     * @return inclusive, unsigned; all bits when the mask is unknown
     */
    public long mask() {
        int bits = maskBits.orElse(Long.SIZE);
        return bits >= Long.SIZE ? -1 : (1L << bits) - 1;
    }
}
