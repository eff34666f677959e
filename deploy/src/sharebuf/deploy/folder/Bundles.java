package sharebuf.deploy.folder;

import java.nio.file.Path;
import java.util.Optional;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deployment.Deployer.Change;

/** What a folder does to the framework. */
interface Bundles {
    /** The version of an installed bundle; empty when there is none of that symbolic name. */
    Optional<String> version(String bundle);

    /** Why a jar's imports cannot be met; empty when they can. */
    Optional<String> unmet(JarFacts facts);

    Change install(Path jar);

    Change swap(String bundle, Path jar);

    Change uninstall(String bundle);
}
