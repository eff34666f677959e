package sharebuf.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import sharebuf.deployment.Board;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Variable;
import sharebuf.inventory.Inventory;
import sharebuf.seating.Seating;

/** The component: wires {@link BoardHouse} and {@link BundleChanges}, and lets one change run at a time. Thread-safe. */
@Component(service = Deployer.class)
public final class DeployComponent implements Deployer {
    private static final String INDEX = "sharebuf.index";

    private final BundleContext context;
    private final SeatWatch watch;
    private final BoardHouse house;
    private final BundleChanges changes;

    /**
     * Watches from now on.
     *
     * @param context of this bundle; the framework property {@code sharebuf.index} is the list of bundles
     * @param admin for configurations
     * @param runtime for reasons
     * @param inventory for seats
     * @param seating gives seats over
     */
    @Activate
    public DeployComponent(BundleContext context, @Reference ConfigurationAdmin admin, @Reference ServiceComponentRuntime runtime,
            @Reference Inventory inventory, @Reference Seating seating) {
        String index = context.getProperty(INDEX);
        if (index == null) {
            throw new IllegalStateException("framework property " + INDEX + " is not set: the list of bundles, written by the build");
        }
        this.context = context;
        watch = new SeatWatch(inventory);
        context.addServiceListener(watch);
        Configurer configurer = new Configurer(admin);
        Reasons reasons = new Reasons(runtime);
        BundleContext system = context.getBundle(org.osgi.framework.Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        house = new BoardHouse(system, context, new BundleFiles(Path.of(index)), configurer, watch, reasons);
        changes = new BundleChanges(system, configurer, watch, reasons, house, seating);
    }

    @Deactivate
    void stop() {
        watch.end(); // who brings a board up has the lock that is wanted next
        context.removeServiceListener(watch);
        takeDown();
    }

    @Override
    public synchronized Board bringUp(Path file, Map<String, String> options, Duration limit) throws BoardException {
        return house.bringUp(file, options, limit);
    }

    @Override
    public Optional<Board> board() {
        return house.board();
    }

    @Override
    public Optional<Variable> variable(String name) {
        return house.variable(name);
    }

    @Override
    public synchronized void takeDown() {
        changes.forget();
        house.takeDown();
    }

    @Override
    public Change stop(String bundle) {
        return change(bundle, () -> changes.stop(bundle));
    }

    @Override
    public synchronized Change start(String bundle) {
        return changes.start(bundle);
    }

    @Override
    public synchronized Change install(Path jar) {
        return changes.install(jar);
    }

    @Override
    public Change swap(String bundle, Optional<Path> jar) {
        return change(bundle, () -> changes.swap(bundle, jar));
    }

    /** What waits for the calls into a bundle. Refused before the lock is taken: another thread may have it, and wait for the call that this thread is in. */
    private Change change(String bundle, Supplier<Change> change) {
        Optional<String> inside = changes.inside(bundle);
        if (inside.isPresent()) {
            return new Change(false, inside.get(), 0);
        }
        synchronized (this) {
            return change.get();
        }
    }

    @Override
    public Change uninstall(String bundle) {
        return change(bundle, () -> changes.uninstall(bundle));
    }

    @Override
    public List<BundleState> bundles() {
        return changes.bundles();
    }
}
