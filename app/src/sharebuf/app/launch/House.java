package sharebuf.app.launch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * The running framework with its storage, a folder of its own that {@link #close} removes: a configuration of an earlier run is
 * never inherited.
 *
 * <p>Thread-safe: the main thread and the JVM's shutdown hook may both close it, the second one waits for the first.
 */
final class House implements AutoCloseable {
    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final Path storage;
    private final Framework framework;
    private final List<String> troubles = new ArrayList<>();
    private boolean closed;
    private volatile boolean closing;

    /** Starts an empty framework. */
    House(Map<String, String> properties) throws LaunchException {
        try {
            storage = Files.createTempDirectory("sharebuf");
        } catch (IOException e) {
            throw new LaunchException("cannot make a folder for the framework's storage: " + e.getMessage(), e);
        }
        FrameworkFactory factory = ServiceLoader.load(FrameworkFactory.class).findFirst()
                .orElseThrow(() -> new LaunchException("no OSGi framework on the class path"));
        Map<String, String> all = new java.util.HashMap<>(properties);
        all.put("org.osgi.framework.storage", storage.toString());
        all.put("org.osgi.framework.storage.clean", "onFirstInit");
        // Two versions of a plug-in stand side by side while one replaces the other, and a rebuilt one may have kept its version.
        all.put("org.osgi.framework.bsnversion", "multiple");
        all.put("felix.log.level", "0");
        // An entry may have an exception that was thrown in a plug-in, whose class loader a history would keep.
        all.put("org.apache.felix.log.maxSize", "0");
        all.put("felix.shutdown.hook", "false");
        all.put("ds.loglevel", "warn");
        framework = factory.newFramework(all);
        try {
            framework.start();
        } catch (BundleException e) {
            close();
            throw new LaunchException("the framework does not start: " + e.getMessage(), e);
        }
    }

    /** The framework's own context. */
    BundleContext context() {
        return framework.getBundleContext();
    }

    /** Installs the bundles, then starts them in that order; what goes wrong is remembered in {@link #troubles}. */
    void install(List<String> names, BundleFiles files) throws LaunchException {
        List<Bundle> installed = new ArrayList<>();
        for (String name : names) {
            Optional<byte[]> jar = files.read(name);
            if (jar.isEmpty()) {
                troubles.add(name + ": not built");
                continue;
            }
            try {
                installed.add(context().installBundle("sharebuf:" + name, new ByteArrayInputStream(jar.get())));
            } catch (BundleException e) {
                troubles.add(name + ": " + e.getMessage());
            }
        }
        for (Bundle bundle : installed) {
            try {
                bundle.start();
            } catch (BundleException e) {
                troubles.add(bundle.getSymbolicName() + ": " + e.getMessage());
            }
        }
    }

    /** Bundles that are not there, do not resolve or do not start, each with the reason. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** Whether the framework goes, or went. */
    boolean closing() {
        return closing;
    }

    @Override
    public void close() {
        closing = true;
        end();
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
        } catch (BundleException e) {
            System.err.println("sharebuf: the framework does not stop: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(storage);
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("sharebuf: cannot remove " + folder + ": " + e.getMessage());
        }
    }
}
