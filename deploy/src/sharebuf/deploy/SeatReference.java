package sharebuf.deploy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Serves;

/**
 * The reference of a plug-in's component to the thing it serves. Its target is set by name, so under another name it would be bound
 * to any region or any device that there is.
 */
final class SeatReference {
    private SeatReference() {
    }

    /** The name that the reference must have; empty for a kind that needs none. */
    private static String name(String kind) {
        return switch (kind) {
            case Serves.ALLOCATOR -> "region";
            case Serves.IMPORTER -> "node";
            default -> "";
        };
    }

    private static String type(String kind) {
        return kind.equals(Serves.ALLOCATOR) ? MemoryRegion.class.getName() : DeviceNode.class.getName();
    }

    /**
     * Why a component would not get the region or device of its seat.
     *
     * @param kind of the plug-in
     * @param component as the component runtime describes it
     * @return empty when it gets it, and when it has no reference to such a thing at all
     */
    static Optional<String> wrong(String kind, ComponentDescriptionDTO component) {
        if (name(kind).isEmpty()) {
            return Optional.empty();
        }
        List<String> names = Arrays.stream(component.references).filter(r -> type(kind).equals(r.interfaceName))
                .map((ReferenceDTO r) -> r.name).toList();
        return names.isEmpty() || names.contains(name(kind)) ? Optional.empty()
                : Optional.of("component " + component.name + " refers to a " + type(kind) + " as '" + String.join("', '", names)
                        + "', which gets any that there is; the reference must be named '" + name(kind) + "', because its target is set by "
                        + name(kind) + ".target");
    }
}
