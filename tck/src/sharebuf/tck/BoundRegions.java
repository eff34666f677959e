package sharebuf.tck;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.SatisfiedReferenceDTO;
import sharebuf.memory.MemoryRegion;

/**
 * Which regions a component was bound to.
 *
 * <p>Immutable.
 *
 * @param component its name
 * @param regions by reference
 */
record BoundRegions(String component, Map<String, Set<String>> regions) {
    /** The reference whose target a configuration sets, as {@code region.target}. */
    private static final String TARGETED = "region";

    /** What the component runtime says. */
    static BoundRegions of(ComponentConfigurationDTO configuration) {
        Set<String> toRegions = Arrays.stream(configuration.description.references)
                .filter((ReferenceDTO r) -> MemoryRegion.class.getName().equals(r.interfaceName)).map((ReferenceDTO r) -> r.name)
                .collect(Collectors.toSet());
        Map<String, Set<String>> regions = new TreeMap<>();
        for (SatisfiedReferenceDTO each : configuration.satisfiedReferences) {
            if (toRegions.contains(each.name)) {
                regions.put(each.name, Arrays.stream(each.boundServices).map(s -> String.valueOf(s.properties.get(MemoryRegion.REGION)))
                        .collect(Collectors.toCollection(TreeSet::new)));
            }
        }
        return new BoundRegions(configuration.description.name, regions);
    }

    /**
     * Why a component does not serve the region of its seat.
     *
     * @param region the seat's
     * @return empty when it was bound to it, and when it refers to no region at all
     */
    Optional<String> wrong(String region) {
        if (regions.isEmpty() || regions.getOrDefault(TARGETED, Set.of()).contains(region)) {
            return Optional.empty();
        }
        return Optional.of("configured for region " + region + ", component " + component + " was bound to " + regions.entrySet().stream()
                .map(e -> String.join(", ", e.getValue()) + " by its reference '" + e.getKey() + "'").collect(Collectors.joining("; "))
                + ": " + TARGETED + ".target selects the region, so the reference must be named '" + TARGETED + "': @Reference(name = \""
                + TARGETED + "\")");
    }
}
