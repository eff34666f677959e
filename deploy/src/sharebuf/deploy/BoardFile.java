package sharebuf.deploy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.deployment.Variable.Range;

/**
 * A board's description as it was read, variables filled in.
 *
 * <p>Immutable.
 *
 * @param file its name, for messages
 * @param name the board's name
 * @param description what it is
 * @param variables with the options applied
 * @param ranges what variables may be, where the file says so
 * @param bundles what it names
 * @param configurations in the order of the file
 */
record BoardFile(String file, String name, String description, Map<String, String> variables, Map<String, Range> ranges,
        List<BundleRef> bundles, List<Config> configurations) {
    /** Copies the lists. */
    BoardFile {
        ranges = Map.copyOf(ranges);
        bundles = List.copyOf(bundles);
        configurations = List.copyOf(configurations);
    }

    /**
     * A bundle that the board names.
     *
     * @param name symbolic name: the artifact of the id
     * @param version its version
     * @param sha256 digest of the jar, lower case; empty when the index alone vouches for it
     * @param location path of a jar beside the file; empty when the bundle is one of the index
     */
    record BundleRef(String name, String version, Optional<String> sha256, Optional<String> location) {
    }

    /**
     * A factory configuration.
     *
     * @param pid of the factory
     * @param name after the tilde
     * @param values String, Boolean or List of String, by key; {@link Json} for alternatives
     */
    record Config(String pid, String name, Map<String, Object> values) {
        /** As messages name it. */
        String fullPid() {
            return pid + "~" + name;
        }

        /** A text value; empty when it is absent or no text. */
        Optional<String> text(String key) {
            return values.get(key) instanceof String s ? Optional.of(s) : Optional.empty();
        }
    }
}
