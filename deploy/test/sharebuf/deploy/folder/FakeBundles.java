package sharebuf.deploy.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.Version;
import sharebuf.deploy.jar.ApiFit;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deployment.Deployer.Change;

/** A framework of names and versions. What it cannot do it refuses, as the deployer does. */
final class FakeBundles implements Bundles {
    final TreeMap<String, String> installed = new TreeMap<>();
    final List<String> done = new ArrayList<>();
    final TreeMap<String, Set<Version>> exported = new TreeMap<>();
    final List<String> broken = new ArrayList<>();
    private final Set<String> core = Set.of("broker");

    FakeBundles() {
        installed.put("broker", "0.1.0");
    }

    @Override
    public Optional<String> version(String bundle) {
        return Optional.ofNullable(installed.get(bundle));
    }

    @Override
    public Optional<String> unmet(JarFacts facts) {
        return ApiFit.unmet(facts.imports(), exported);
    }

    @Override
    public Change install(Path jar) {
        JarFacts facts = facts(jar);
        if (broken.remove(facts.bundle())) {
            throw new IllegalStateException("the framework is stopping");
        }
        if (installed.containsKey(facts.bundle())) {
            return new Change(false, facts.bundle() + " is there", 1);
        }
        installed.put(facts.bundle(), facts.version());
        exported.put("of." + facts.bundle(), Set.of(Version.parseVersion(facts.version())));
        return done("install " + facts.bundle() + " " + facts.version());
    }

    @Override
    public Change swap(String bundle, Path jar) {
        JarFacts facts = facts(jar);
        if (core.contains(bundle)) {
            return new Change(false, bundle + " belongs to the core; it is held by deploy", 1);
        }
        if (broken.remove(facts.bundle())) {
            return new Change(false, facts.bundle() + " does not adopt", 1);
        }
        String was = installed.remove(bundle);
        if (was == null) {
            return new Change(false, "there is no bundle " + bundle, 1);
        }
        installed.put(facts.bundle(), facts.version());
        return done("swap " + bundle + " " + was + " for " + facts.bundle() + " " + facts.version());
    }

    @Override
    public Change uninstall(String bundle) {
        return installed.remove(bundle) == null ? new Change(false, "there is no bundle " + bundle, 1) : done("uninstall " + bundle);
    }

    private Change done(String what) {
        done.add(what);
        return new Change(true, what, 1);
    }

    private static JarFacts facts(Path jar) {
        return ((JarFacts.Reading.Bundle) JarFacts.read(jar)).facts();
    }
}
