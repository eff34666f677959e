package sharebuf.deployment;

import java.util.List;
import java.util.Map;

/**
 * A board that is up.
 *
 * <p>Immutable.
 *
 * @param name its name
 * @param description what it is
 * @param variables the values of its variables, options applied
 * @param bundles the bundles it named
 * @param missing seats that nobody took; empty when the board is complete
 */
public record Board(String name, String description, Map<String, String> variables, List<String> bundles, List<Missing> missing) {
    /** Copies. */
    public Board {
        variables = Map.copyOf(variables);
        bundles = List.copyOf(bundles);
        missing = List.copyOf(missing);
    }

    /**
     * A seat that nobody took.
     *
     * @param kind allocator, mapops or importer
     * @param name of the region, address space or device
     * @param reason what the component runtime says
     */
    public record Missing(String kind, String name, String reason) {
    }
}
