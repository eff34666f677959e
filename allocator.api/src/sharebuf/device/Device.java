package sharebuf.device;

import java.util.List;
import java.util.Objects;

/**
 * A device that does DMA, as the platform knows it.
 *
 * <p>Immutable.
 *
 * @param name unique on the board
 * @param compatible what it is, most specific first, as in a device tree; may be empty
 * @param addressSpace the address space (a bus, or an IOMMU domain) its DMA addresses belong to
 * @param dma what its wiring demands, whatever it does
 */
public record Device(String name, List<String> compatible, String addressSpace, DmaConstraints dma) {
    /** Checks and copies. */
    public Device {
        new UseId(name, name);
        Objects.requireNonNull(addressSpace, "addressSpace");
        Objects.requireNonNull(dma, "dma");
        compatible = List.copyOf(compatible);
    }

    @Override
    public String toString() {
        return name;
    }
}
