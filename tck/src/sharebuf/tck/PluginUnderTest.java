package sharebuf.tck;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import sharebuf.exporter.Exporter;
import sharebuf.mapping.DmaMapOps;
import sharebuf.plugin.Serves;

/** A plug-in's jar in the running framework. Confined to one thread at a time. */
final class PluginUnderTest implements AutoCloseable {
    private static final String API = "allocator.api";
    /** Packages of the API that are the platform's. */
    private static final List<String> NOT_FOR_PLUGINS = List.of("sharebuf.platform", "sharebuf.inventory");
    /** How bundles with application interfaces are named. */
    private static final String APPLICATIONS = ".api";
    private static final List<String> NOT_FOR_IMPORTERS = List.of(API, "deploy.api", "sim.api");
    private static final String MEMORY = "sharebuf.memory";
    /** Kinds of plug-in that place memory or map it. */
    private static final List<String> PLACE_OR_MAP = List.of(Serves.ALLOCATOR, Serves.MAPOPS);
    /** Kinds that may look at where memory is. */
    private static final List<String> MAY_SEE_MEMORY = List.of(Serves.ALLOCATOR, Serves.MAPOPS, Serves.EXPORTER);
    private static final int COLLECTIONS = 40;
    private static final long ROUND_MILLIS = 50;
    private static final int TOO_LARGE = Integer.MAX_VALUE - 8;

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final ServiceComponentRuntime components;
    private final Path jar;
    private final Manifest manifest;
    private Bundle bundle;
    private HiddenSeats hidden;
    private boolean hanging;
    private boolean uninstalled;

    /** What a capability of the bundle says. */
    record Served(String kind, String pid) {
    }

    PluginUnderTest(BundleContext context, ConfigurationAdmin configurations, ServiceComponentRuntime components, Path jar) throws NotChecked {
        this.context = context;
        this.configurations = configurations;
        this.components = components;
        this.jar = jar;
        manifest = manifestOf(jar);
        install();
    }

    private void install() throws NotChecked {
        try (InputStream in = Files.newInputStream(jar)) {
            bundle = context.installBundle("check:" + jar, in);
        } catch (IOException | BundleException e) {
            throw new NotChecked(jar + " cannot be installed: " + e.getMessage());
        }
        hidden = new HiddenSeats(context, bundle);
        uninstalled = false;
    }

    /**
     * Begins anew with the bundle: a component that was tried where it is not for, and threw, is held by its stack trace in whatever keeps that, which
     * is not its fault.
     */
    void reinstall() throws NotChecked, BundleException {
        close();
        install();
        start();
    }

    Host host() {
        return new Host(context, configurations, components, bundle);
    }

    private static Manifest manifestOf(Path jar) throws NotChecked {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            if (manifest == null || manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
                throw new NotChecked(jar + " is no bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
            }
            return manifest;
        } catch (IOException e) {
            throw new NotChecked(jar + " is no jar: " + e.getMessage());
        }
    }

    String name() {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    void hangs() {
        hanging = true;
    }

    boolean isHanging() {
        return hanging;
    }

    private List<Served> served() {
        return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(Serves.NAMESPACE).stream().map(c -> new Served(text(c, "kind"), text(c, "pid"))).toList();
    }

    /** Whether the bundle asks for the package with physical addresses in it, and has no plug-in that needs them. */
    boolean seesMemoryForNothing() {
        boolean asks = bundle.adapt(BundleRevision.class).getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .anyMatch(r -> String.valueOf(r.getDirectives().get(Constants.FILTER_DIRECTIVE)).contains("(" + PackageNamespace.PACKAGE_NAMESPACE + "=" + MEMORY + ")"));
        return asks && served().stream().noneMatch(s -> MAY_SEE_MEMORY.contains(s.kind()));
    }

    /** Its plug-ins for whose kind there are cases, allocators first. */
    List<Served> checked() throws NotChecked {
        try {
            List<Served> served = served();
            if (served.isEmpty()) {
                throw new NotChecked(bundle.getSymbolicName() + " has no capability " + Serves.NAMESPACE + ": annotate its component with @Serves");
            }
            List<Served> checked = Stream.of(Serves.ALLOCATOR, Serves.MAPOPS, Serves.EXPORTER, Serves.IMPORTER).flatMap(kind -> served.stream().filter(s -> s.kind().equals(kind)).limit(1)).toList();
            if (checked.isEmpty()) {
                throw new NotChecked("there are no cases for kind " + served.getFirst().kind());
            }
            return checked;
        } catch (NotChecked e) {
            close();
            throw e;
        }
    }

    private static String text(BundleCapability capability, String key) {
        return String.valueOf(capability.getAttributes().get(key));
    }

    void start() throws BundleException {
        bundle.start();
    }

    void requireImports() {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        boolean memory = false;
        boolean importer = served().stream().anyMatch(s -> s.kind().equals(Serves.IMPORTER));
        for (BundleWire wire : wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
            String name = text(wire.getCapability(), PackageNamespace.PACKAGE_NAMESPACE);
            String from = wire.getProvider().getSymbolicName();
            memory |= name.equals(MEMORY);
            boolean api = from.equals(API) && !NOT_FOR_PLUGINS.contains(name) || importer && from.endsWith(APPLICATIONS) && !NOT_FOR_IMPORTERS.contains(from);
            if (!api && !name.startsWith("org.osgi.") && !name.startsWith("org.slf4j")) {
                throw new CaseFailed("imports " + name + " from " + from + "; allowed are the packages of " + API + " without " + NOT_FOR_PLUGINS + ", org.osgi.*, and for importers what applications call, in bundles *"
                        + APPLICATIONS + " without " + NOT_FOR_IMPORTERS);
            }
        }
        for (String header : List.of(Constants.REQUIRE_BUNDLE, Constants.DYNAMICIMPORT_PACKAGE, Constants.FRAGMENT_HOST)) {
            String value = manifest.getMainAttributes().getValue(header);
            if (value != null) {
                throw new CaseFailed("has the header " + header + ": " + value);
            }
        }
        if (!memory && served().stream().anyMatch(s -> PLACE_OR_MAP.contains(s.kind()))) {
            throw new CaseFailed("does not import " + MEMORY + ", so it can neither serve a region nor map memory");
        }
    }

    void requireNoExports() {
        List<BundleCapability> exports = bundle.adapt(BundleRevision.class).getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE);
        if (!exports.isEmpty()) {
            throw new CaseFailed("exports " + exports.stream().map(c -> text(c, PackageNamespace.PACKAGE_NAMESPACE)).toList());
        }
    }

    /** Where its allocator serves. */
    Ground ground(Served served) throws Exception {
        return Ground.of(this, served.pid());
    }

    MapOpsSubject mapOps(Served served) {
        ConfiguredSeat<DmaMapOps> seat = new ConfiguredSeat<>(host(), DmaMapOps.class, DmaMapOps.ADDRESS_SPACE, served.pid());
        return new MapOpsSubject() {
            @Override
            public DmaMapOps open(String addressSpace) throws Exception {
                return seat.open(addressSpace, Map.of());
            }

            @Override
            public void close(DmaMapOps mapOps) {
                seat.close(mapOps);
            }
        };
    }

    ExporterSubject exporters(Served served) {
        ConfiguredSeat<Exporter> seat = new ConfiguredSeat<>(host(), Exporter.class, Exporter.EXPORTER, served.pid());
        return new ExporterSubject() {
            @Override
            public Exporter open(String name) throws Exception {
                return seat.open(name, Map.of());
            }

            @Override
            public void close(Exporter exporter) {
                seat.close(exporter);
            }
        };
    }

    /** Its importer, on the devices that it is for. */
    ImporterSubject importers(Served served) throws Exception {
        return ConfiguredImporter.of(this, served.pid());
    }

    void requireMapOps(Served served) throws Exception {
        MapOpsSubject subject = mapOps(served);
        subject.close(subject.open(HiddenSeats.PREFIX + "space"));
    }

    void requireExporter(Served served) throws Exception {
        ExporterSubject subject = exporters(served);
        subject.close(subject.open(HiddenSeats.PREFIX + "exporter"));
    }

    /** Uninstalls the bundle and sees its class loader go. */
    void requireUnloaded() throws Exception {
        if (hanging) {
            throw new CaseFailed("a call still hangs, so the class loader stays");
        }
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        WeakReference<ClassLoader> loader = loader(collected);
        close();
        // Threads of the framework may still be on their way out of the last call; each round gives them a moment.
        for (int i = 0; i < COLLECTIONS && loader.get() != null; i++) {
            System.gc();
            collected.remove(ROUND_MILLIS);
        }
        if (loader.get() != null) {
            dropSoftReferences();
        }
        if (loader.get() != null) {
            throw new CaseFailed("the class loader of " + bundle.getSymbolicName() + " is still reachable after uninstall and " + COLLECTIONS
                    + " collections: a thread, a static of another bundle or a registered listener holds it");
        }
    }

    /**
     * What only soft references hold is no leak, and the JDK has such: the method handles behind {@code equals} of records keep their last type. The virtual
     * machine has dropped all of them before it says that there is no memory for an array that is larger than its heap.
     */
    private static void dropSoftReferences() {
        if (Runtime.getRuntime().maxMemory() < TOO_LARGE * (long) Long.BYTES) {
            try {
                long[] never = new long[TOO_LARGE];
                throw new IllegalStateException(never.length + " numbers in a heap of " + Runtime.getRuntime().maxMemory() + " bytes");
            } catch (OutOfMemoryError e) {
                System.gc();
            }
        }
    }

    private WeakReference<ClassLoader> loader(ReferenceQueue<ClassLoader> collected) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return new WeakReference<>(wiring == null ? null : wiring.getClassLoader(), collected);
    }

    @Override
    public void close() {
        if (uninstalled) {
            return;
        }
        uninstalled = true;
        try {
            bundle.uninstall();
        } catch (BundleException | IllegalStateException e) {
            System.err.println("sharebuf: check: cannot uninstall " + bundle.getSymbolicName() + ": " + e.getMessage());
        }
        hidden.close();
        CountDownLatch refreshed = new CountDownLatch(1);
        context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> refreshed.countDown());
        try {
            refreshed.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
