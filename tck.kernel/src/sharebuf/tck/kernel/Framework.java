package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.linux.Machine;
import sharebuf.platform.Platform;

/**
 * The running framework with the platform of this machine's kernel and the plug-ins that drive it: the jars of the index, digests checked
 * by {@code deploy}, configured by factory configurations as a board would.
 *
 * <p>Confined to one thread at a time. {@link #close} takes all of it away.
 */
final class Framework implements AutoCloseable {
    /** What the cases play on. */
    static final List<String> BUNDLES = List.of("platform.linux", "mapops.kernel", "allocator.generic", "allocator.granted", "importer.v4l2", "importer.drm",
            "exporter.v4l2", "exporter.drm");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PLATFORM = "sharebuf.linux.platform";

    private final BundleContext context;
    private final Deployer deployer;
    private final ConfigurationAdmin configurations;
    private final ServiceComponentRuntime components;
    private final Inventory inventory;
    private final Machine machine;
    private final List<Configuration> written = new ArrayList<>();
    private final Devices devices = new Devices(this);

    Framework(BundleContext context, Deployer deployer, ConfigurationAdmin configurations, ServiceComponentRuntime components, Inventory inventory,
            Machine machine) {
        this.context = context;
        this.deployer = deployer;
        this.configurations = configurations;
        this.components = components;
        this.inventory = inventory;
        this.machine = machine;
    }

    /** Installs the bundles and brings the platform up. */
    void start() throws NotPlayed {
        try {
            Path file = Files.createTempFile("sharebuf-check", ".json");
            try {
                Files.writeString(file, board());
                deployer.bringUp(file, Map.of(), LIMIT);
            } finally {
                Files.delete(file);
            }
            configure(PLATFORM, "check", new Hashtable<>());
            if (!await(() -> platform().isPresent())) {
                throw new NotPlayed("the platform of this machine does not come up: " + reason(PLATFORM + "~check"));
            }
        } catch (BoardException | IOException e) {
            throw new NotPlayed(e.getMessage());
        }
    }

    private static String board() {
        String version = FrameworkUtil.getBundle(Framework.class).getVersion().toString(); // one version for all bundles of the product
        List<String> bundles = BUNDLES.stream().map(name -> "{\"id\": \"org.sharebuf:" + name + ":" + version + "\"}").toList();
        return "{\"feature-resource-version\": \"1.0\", \"id\": \"org.sharebuf:check-kernel:" + version + "\", \"bundles\": [" + String.join(", ", bundles) + "]}";
    }

    private Optional<Platform> platform() {
        return Optional.ofNullable(context.getServiceReference(Platform.class)).map(context::getService);
    }

    /**
     * Writes a factory configuration.
     *
     * @param pid of the component
     * @param name of this one
     * @param values what it says
     * @return to be deleted
     */
    Configuration configure(String pid, String name, Dictionary<String, Object> values) throws IOException {
        Configuration configuration = configurations.getFactoryConfiguration(pid, name, "?");
        configuration.update(values);
        if (!written.contains(configuration)) {
            written.add(configuration);
        }
        return configuration;
    }

    /** Deletes a configuration; false when it was deleted already. */
    void delete(Configuration configuration) throws IOException {
        if (written.remove(configuration)) {
            configuration.delete();
        }
    }

    /** Waits until a seat is taken, by the component of a configuration. */
    boolean seated(String kind, String name, String fullPid) throws InterruptedException {
        awaitInterruptibly(() -> isSeated(kind, name) || failed(fullPid));
        return isSeated(kind, name);
    }

    private boolean isSeated(String kind, String name) {
        return seat(kind, name).map(s -> s.state() == Snapshot.SeatState.SEATED).orElse(false);
    }

    Machine machine() {
        return machine;
    }

    Devices devices() {
        return devices;
    }

    Snapshot snapshot() {
        return inventory.snapshot();
    }

    Optional<Snapshot.Seat> seat(String kind, String name) {
        return inventory.snapshot().seats().stream().filter(s -> s.kind().equals(kind) && s.name().equals(name)).findFirst();
    }

    /** A service with a property, as soon as it is there; that of the component of a configuration. */
    <T> Optional<T> service(Class<T> type, String key, String value, String fullPid) throws InterruptedException {
        String filter = "(" + key + "=" + value.replaceAll("([\\\\*()])", "\\\\$1") + ")";
        awaitInterruptibly(() -> find(type, filter).isPresent() || failed(fullPid));
        return find(type, filter).map(context::getService);
    }

    /** Whether there is such a service now. */
    <T> boolean there(Class<T> type, String key, String value) {
        return find(type, "(" + key + "=" + value + ")").isPresent();
    }

    private <T> Optional<ServiceReference<T>> find(Class<T> type, String filter) {
        try {
            return context.getServiceReferences(type, filter).stream().findFirst();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(filter, e);
        }
    }

    private boolean await(BooleanSupplier so) throws NotPlayed {
        try {
            return awaitInterruptibly(so);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotPlayed("interrupted");
        }
    }

    boolean awaitInterruptibly(BooleanSupplier so) throws InterruptedException {
        return awaitInterruptibly(so, LIMIT);
    }

    boolean awaitInterruptibly(BooleanSupplier so, Duration limit) throws InterruptedException {
        return new Changes(context).await(so, limit);
    }

    /** Whether the component of a configuration was tried and failed: then nobody needs to wait for its service. */
    boolean failed(String fullPid) {
        return components.getComponentDescriptionDTOs().stream().filter(c -> fullPid.startsWith(c.name)).flatMap(c -> components.getComponentConfigurationDTOs(c).stream())
                .anyMatch(c -> fullPid.equals(c.properties.get(Constants.SERVICE_PID)) && c.state == ComponentConfigurationDTO.FAILED_ACTIVATION);
    }

    /** What the component runtime says about a configuration that gave no service. */
    String reason(String fullPid) {
        StringBuilder s = new StringBuilder();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO each : components.getComponentConfigurationDTOs(component)) {
                if (fullPid.equals(each.properties.get(Constants.SERVICE_PID))) {
                    Optional.ofNullable(each.failure).map(Framework::cause).ifPresent(s::append);
                    for (var missing : each.unsatisfiedReferences) {
                        s.append("reference ").append(missing.name).append(" with target ").append(missing.target).append(" is not satisfied; ");
                    }
                }
            }
        }
        return s.isEmpty() ? "no component took the configuration " + fullPid : s.toString().strip();
    }

    /** The last cause of a stack trace, which says what happened. */
    private static String cause(String failure) {
        return failure.lines().filter(l -> l.startsWith("Caused by: ")).reduce((a, b) -> b).or(() -> failure.lines().findFirst()).orElse("").replace("Caused by: ", "");
    }

    @Override
    public void close() {
        for (Configuration each : written.reversed()) {
            try {
                each.delete();
            } catch (IOException | IllegalStateException e) {
                continue; // gone already, which is what is wanted
            }
        }
        written.clear();
        try {
            awaitInterruptibly(() -> platform().isEmpty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deployer.takeDown();
    }
}
