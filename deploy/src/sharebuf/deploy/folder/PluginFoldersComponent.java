package sharebuf.deploy.folder;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import sharebuf.deploy.jar.ApiFit;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Deployer.Change;
import sharebuf.deployment.PluginFolder;
import sharebuf.deployment.PluginFolders;

/** The component: folders over the deployer and the framework. Thread-safe. */
@Component
public final class PluginFoldersComponent implements PluginFolders {
    private final BundleContext context;
    private final Deployer deployer;
    private final Set<WatchedFolder> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger last = new AtomicInteger();

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who changes bundles
     */
    @Activate
    public PluginFoldersComponent(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    @Deactivate
    void stop() {
        open.forEach(WatchedFolder::close);
    }

    @Override
    public PluginFolder watch(Path folder, Consumer<PluginFolder.Event> hear) throws IOException {
        Path real = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(real)) {
            throw new IOException("there is no folder " + folder);
        }
        File storage = context.getDataFile("plugins-" + last.incrementAndGet());
        if (storage == null) {
            throw new IOException("the framework has no storage for copies of plug-ins");
        }
        Staging staging = new Staging(storage.toPath());
        WatchedFolder watched = new WatchedFolder(real, new FolderScanner(real, staging, new Framework(), Time.REAL, hear), staging, open::remove);
        open.add(watched);
        return watched;
    }

    private final class Framework implements Bundles {
        @Override
        public Optional<String> version(String bundle) {
            return deployer.bundles().stream().filter(b -> b.name().equals(bundle)).map(Deployer.BundleState::version).findFirst();
        }

        @Override
        public Optional<String> unmet(JarFacts facts) {
            return ApiFit.unmet(facts.imports(), ApiFit.exported(context.getBundle(org.osgi.framework.Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext()));
        }

        @Override
        public Change install(Path jar) {
            return deployer.install(jar);
        }

        @Override
        public Change swap(String bundle, Path jar) {
            return deployer.swap(bundle, Optional.of(jar));
        }

        @Override
        public Change uninstall(String bundle) {
            return deployer.uninstall(bundle);
        }
    }
}
