package sharebuf.deploy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Which packages a bundle needs that nobody has: of another API, or of another version of it. Stateless. */
final class MissingImports {
    private static final Pattern NAME = Pattern.compile("\\(" + Pattern.quote(BundleRevision.PACKAGE_NAMESPACE) + "=([^)]*)\\)");
    private static final Pattern FROM = Pattern.compile("\\(version>=([^)]*)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]*)\\)\\)");

    private MissingImports() {
    }

    /**
     * What is missing.
     *
     * @param bundle an installed bundle
     * @param context sees all bundles
     * @return for people; empty when it can be resolved, as far as packages go
     */
    static Optional<String> of(Bundle bundle, BundleContext context) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        List<BundleCapability> exported = new ArrayList<>();
        for (Bundle other : context.getBundles()) {
            BundleRevision of = other.adapt(BundleRevision.class);
            if (of != null) {
                exported.addAll(of.getDeclaredCapabilities(BundleRevision.PACKAGE_NAMESPACE));
            }
        }
        List<String> missing = new ArrayList<>();
        for (BundleRequirement need : revision.getDeclaredRequirements(BundleRevision.PACKAGE_NAMESPACE)) {
            String filter = need.getDirectives().getOrDefault("filter", "");
            if (!"optional".equals(need.getDirectives().get("resolution")) && !"dynamic".equals(need.getDirectives().get("resolution"))
                    && exported.stream().noneMatch(c -> matches(filter, c))) {
                missing.add(told(filter, exported));
            }
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", missing));
    }

    private static boolean matches(String filter, BundleCapability capability) {
        try {
            return FrameworkUtil.createFilter(filter).matches(capability.getAttributes());
        } catch (InvalidSyntaxException e) {
            return false;
        }
    }

    private static String told(String filter, List<BundleCapability> exported) {
        String name = group(NAME, filter).orElse(filter);
        TreeSet<String> there = new TreeSet<>();
        exported.stream().filter(c -> name.equals(c.getAttributes().get(BundleRevision.PACKAGE_NAMESPACE)))
                .forEach(c -> there.add(String.valueOf(c.getAttributes().get("version"))));
        String range = group(FROM, filter).map(from -> " from version " + from + group(BELOW, filter).map(below -> " below " + below).orElse("")).orElse("");
        return "it needs package " + name + range + "; there is " + (there.isEmpty() ? "none" : "version " + String.join(", ", there));
    }

    private static Optional<String> group(Pattern pattern, String text) {
        return Arrays.stream(new Matcher[] {pattern.matcher(text)}).filter(Matcher::find).map(m -> m.group(1)).findFirst();
    }
}
