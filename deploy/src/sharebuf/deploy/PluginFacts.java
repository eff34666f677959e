package sharebuf.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deployment.BoardException;
import sharebuf.plugin.Serves;

/**
 * What a bundle says about itself: what it serves (the capability that {@link Serves} makes) and the configurations it carries
 * ({@code OSGI-INF/configurator}, chapter 150 of the OSGi Compendium).
 *
 * <p>Immutable.
 *
 * @param serves one a kind of plug-in in it
 * @param own configurations it brings
 */
record PluginFacts(List<Served> serves, List<Config> own) {
    /**
     * A kind of plug-in in a bundle.
     *
     * @param kind allocator, mapops, importer or exporter
     * @param pid factory PID of its component
     * @param compatible what it is for; empty for anything of its kind
     */
    record Served(String kind, String pid, Set<String> compatible) {
        /** Whether it is for a thing that is compatible with these. */
        boolean suits(Set<String> thing) {
            return compatible.isEmpty() || !Collections.disjoint(compatible, thing);
        }
    }

    /** Copies the lists. */
    PluginFacts {
        serves = List.copyOf(serves);
        own = List.copyOf(own);
    }

    /**
     * Reads an installed bundle.
     *
     * @throws BoardException when a configuration that it carries is no JSON of that shape
     */
    static PluginFacts of(Bundle bundle) throws BoardException {
        List<Served> serves = new ArrayList<>();
        for (BundleCapability each : bundle.adapt(BundleRevision.class).getDeclaredCapabilities(Serves.NAMESPACE)) {
            Map<String, Object> attributes = each.getAttributes();
            serves.add(new Served(String.valueOf(attributes.get("kind")), String.valueOf(attributes.get("pid")),
                    texts(attributes.get("compatible"))));
        }
        List<Config> own = new ArrayList<>();
        for (URL each : Collections.list(entries(bundle))) {
            own.addAll(configurations(bundle.getSymbolicName() + each.getPath(), each));
        }
        return new PluginFacts(serves, own);
    }

    private static java.util.Enumeration<URL> entries(Bundle bundle) {
        java.util.Enumeration<URL> found = bundle.findEntries("OSGI-INF/configurator", "*.json", false);
        return found == null ? Collections.emptyEnumeration() : found;
    }

    private static Set<String> texts(Object attribute) {
        return switch (attribute) {
            case null -> Set.of();
            case String one -> one.isEmpty() ? Set.of() : Set.of(one);
            case Collection<?> several -> several.stream().map(String::valueOf).collect(java.util.stream.Collectors.toUnmodifiableSet());
            default -> Set.of(String.valueOf(attribute));
        };
    }

    private static List<Config> configurations(String file, URL url) throws BoardException {
        try (InputStream in = url.openStream()) {
            Json.Members root = JsonReader.read(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            Map<String, Json> members = new LinkedHashMap<>(root.of());
            members.keySet().removeIf(key -> key.startsWith(":configurator:"));
            return BoardReader.configurations(file, new Json.Members(root.line(), members));
        } catch (IOException e) {
            throw new BoardException(file, "", "unreadable: " + e.getMessage(), "JSON");
        }
    }
}
