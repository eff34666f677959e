package sharebuf.deploy.jar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Whether the packages that a jar imports are there in a version that fits. The framework would say so too, in the words of its resolver;
 * here it is said before anything is installed, or disturbed. Stateless.
 */
public final class ApiFit {
    private ApiFit() {
    }

    /**
     * What is missing.
     *
     * @param imports what the jar wants
     * @param exported versions of each package that there is
     * @return the first few that do not fit; empty when all do
     */
    public static Optional<String> unmet(List<ManifestHeader.Clause> imports, Map<String, Set<Version>> exported) {
        List<String> unmet = new ArrayList<>();
        for (ManifestHeader.Clause clause : imports) {
            if ("optional".equals(clause.directives().get(Constants.RESOLUTION_DIRECTIVE))) {
                continue;
            }
            String wanted = clause.attributes().getOrDefault(Constants.VERSION_ATTRIBUTE, "0");
            VersionRange range;
            try {
                range = VersionRange.valueOf(wanted);
            } catch (IllegalArgumentException e) {
                unmet.add(String.join(", ", clause.paths()) + " in a version that cannot be read: " + wanted);
                continue;
            }
            for (String name : clause.paths()) {
                Set<Version> there = exported.getOrDefault(name, Set.of());
                if (there.stream().noneMatch(range::includes)) {
                    unmet.add(name + " " + wanted + ", found " + (there.isEmpty() ? "no such package"
                            : String.join(", ", new TreeSet<>(there).stream().map(Version::toString).toList())));
                }
            }
        }
        return unmet.isEmpty() ? Optional.empty()
                : Optional.of("it imports " + String.join("; ", unmet.subList(0, Math.min(3, unmet.size()))) + (unmet.size() > 3 ? "; and " + (unmet.size() - 3) + " more" : "")
                        + ". Build it against the allocator.api of this installation (./sharebuf publish)");
    }

    /**
     * What is missing.
     *
     * @param bundle an installed bundle
     * @param context sees all bundles
     * @return as {@link #unmet(List, Map)}
     */
    public static Optional<String> unmet(Bundle bundle, BundleContext context) {
        String imports = bundle.getHeaders("").get(Constants.IMPORT_PACKAGE);
        return imports == null ? Optional.empty() : unmet(ManifestHeader.parse(imports), exported(context));
    }

    /**
     * What there is.
     *
     * @param context sees all bundles
     * @return the versions in which bundles export each package
     */
    public static Map<String, Set<Version>> exported(BundleContext context) {
        Map<String, Set<Version>> exported = new HashMap<>();
        for (Bundle bundle : context.getBundles()) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            for (BundleCapability each : revision == null ? List.<BundleCapability>of() : revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
                exported.computeIfAbsent(String.valueOf(each.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)), n -> new HashSet<>())
                        .add(each.getAttributes().get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE) instanceof Version v ? v : Version.emptyVersion);
            }
        }
        return exported;
    }
}
