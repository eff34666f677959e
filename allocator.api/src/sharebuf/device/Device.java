package sharebuf.device;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A device that does DMA, as the platform knows it.
 *
 * <p>Immutable.
 *
 * @param name unique on the board
 * @param compatible what it is, most specific first, as in a device tree; may be empty
 * @param addressSpace the address space (a bus, or an IOMMU domain) its DMA addresses belong to
 * @param dma what its wiring demands, whatever it does
 * @param alternatives what its uses accept instead of {@code dma}, the best first, by name of the use or {@link #EVERY_USE}; at most
 *     {@value Use#MOST_ALTERNATIVES} each. An importer passes them on with the uses that it states
 */
public record Device(String name, List<String> compatible, String addressSpace, DmaConstraints dma, SortedMap<String, List<DmaConstraints>> alternatives) {
    /** The key of alternatives for every use that has none of its own. */
    public static final String EVERY_USE = "";

    /** Checks and copies. */
    public Device {
        new UseId(name, name);
        Objects.requireNonNull(addressSpace, "addressSpace");
        Objects.requireNonNull(dma, "dma");
        compatible = List.copyOf(compatible);
        TreeMap<String, List<DmaConstraints>> copy = new TreeMap<>();
        alternatives.forEach((use, all) -> {
            if (all.size() > Use.MOST_ALTERNATIVES) {
                throw new IllegalArgumentException(name + ": " + all.size() + " alternatives" + (use.isEmpty() ? "" : " of " + use) + ", at most " + Use.MOST_ALTERNATIVES);
            }
            copy.put(use, List.copyOf(all));
        });
        alternatives = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * A device that accepts nothing else.
     *
     * @param name unique on the board
     * @param compatible what it is, most specific first; may be empty
     * @param addressSpace the address space its DMA addresses belong to
     * @param dma what its wiring demands, whatever it does
     */
    public Device(String name, List<String> compatible, String addressSpace, DmaConstraints dma) {
        this(name, compatible, addressSpace, dma, new TreeMap<>());
    }

    /**
     * What one of its uses accepts instead of {@link #dma}.
     *
     * @param use name of the use, without the device
     * @return the best first; empty when there is nothing else
     */
    public List<DmaConstraints> alternatives(String use) {
        return alternatives.getOrDefault(use, alternatives.getOrDefault(EVERY_USE, List.of()));
    }

    @Override
    public String toString() {
        return name;
    }
}
