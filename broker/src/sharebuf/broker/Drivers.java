package sharebuf.broker;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import sharebuf.broker.solve.Doubts.Doubt;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.KnownDriver;
import sharebuf.plugin.KnownDriver.Imports;

/**
 * What bundles say of kernel drivers: prior knowledge, which puts memory last that a driver is not known to take.
 *
 * <p>Thread-safe.
 */
final class Drivers {
    private record Said(KnownDriver known, String by) {
        Said and(Said other) {
            return new Said(known.and(other.known), by.equals(other.by) ? by : by + ", " + other.by);
        }
    }

    private volatile Map<String, Said> drivers = Map.of();

    /** Replaces all that is known. */
    void set(Map<KnownDriver, String> said) {
        Map<String, Said> all = new TreeMap<>();
        said.forEach((known, by) -> all.merge(known.driver(), new Said(known, by), Said::and));
        drivers = Map.copyOf(all);
    }

    /**
     * Why a device must not get memory of a region, whatever it and the kernel say to it.
     *
     * @param device its name
     * @param nodes those of other devices, null for none
     */
    Optional<String> barred(String device, MemoryRegion region, Function<String, Node> nodes) {
        return region.device().filter(giver -> !giver.equals(device)).map(nodes).map(node -> drivers.get(node.driver())).filter(said -> said.known.givesToItself())
                .map(said -> "memory of driver " + said.known.driver() + " is for its own device only (says " + said.by + ", from " + said.known.source() + ")");
    }

    private Imports imports(Node node) {
        Said said = node == null ? null : drivers.get(node.driver());
        Imports imports = said == null ? Imports.UNKNOWN : said.known.imports();
        // An IOMMU makes one piece of scattered pages.
        return imports == Imports.CONTIGUOUS && node.device().dma().iommu() ? Imports.ANY : imports;
    }

    /**
     * What is held against memory of a region for a device.
     *
     * @param node the device's; null when no platform tells of it
     * @param nodes those of other devices, null for none
     */
    Doubt doubt(Node node, MemoryRegion region, Function<String, Node> nodes) {
        Imports imports = imports(node);
        boolean own = node != null && region.device().filter(node.device().name()::equals).isPresent();
        boolean suits = switch (imports) {
            case UNKNOWN, ANY -> true;
            case OWN -> own;
            // What a driver takes in one piece only it also gives in one.
            case CONTIGUOUS -> own || region.contiguous() || region.device().map(nodes).filter(giver -> imports(giver) == Imports.CONTIGUOUS).isPresent();
        };
        if (suits) {
            return Doubt.NONE;
        }
        Said said = drivers.get(node.driver());
        return new Doubt(Doubt.FACT, node.device().name() + ": driver " + node.driver() + (imports == Imports.OWN ? " imports only what it gave itself"
                : " imports only what is contiguous") + " (says " + said.by + ", from " + said.known.source() + ")");
    }
}
