package sharebuf.deploy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.memory.MemoryRegion;

/** Writes factory configurations, and remembers them so that they can be taken away. Externally synchronised. */
final class Configurer {
    private final ConfigurationAdmin admin;
    private final List<Written> written = new ArrayList<>();
    /** The device of each region of a driver. */
    private final Map<String, String> drivers = new HashMap<>();

    /** A location that every bundle may read. */
    private static final String ANYBODY = "?";

    /** A configuration and whom it is for. Externally synchronised. */
    static final class Written {
        private final Configuration configuration;
        private final Config config;
        private String location;

        private Written(Configuration configuration, Config config, String location) {
            this.configuration = configuration;
            this.config = config;
            this.location = location;
        }

        Config config() {
            return config;
        }

        /** For one bundle only, from now on. */
        void moveTo(String bundle) {
            location = bundle;
            configuration.setBundleLocation(bundle);
        }

        /** For its bundle and every other that serves its PID, so that a successor gets it too. */
        void share() {
            configuration.setBundleLocation(ANYBODY);
        }

        /** For its bundle alone again. */
        void unshare() {
            configuration.setBundleLocation(location);
        }
    }

    Configurer(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /** A configuration of a platform, as it is. */
    void place(Config config) {
        config.text(MemoryRegion.REGION).ifPresent(region -> config.text(SeatName.DEVICE).ifPresent(device -> drivers.put(region, device)));
        // "?": whichever platform has the component may have it.
        write(config, new Hashtable<>(), ANYBODY);
    }

    /**
     * A configuration of a plug-in: its references get the region or device that it names. In the region of a driver it gets both, the device
     * being the driver's.
     *
     * @param config what to write
     * @param location of the one bundle that gets it: two bundles may serve the same PID, a copy for one
     */
    void plugin(Config config, String location) {
        Hashtable<String, Object> values = new Hashtable<>();
        Optional<String> region = config.text(MemoryRegion.REGION);
        region.ifPresent(name -> values.put("region.target", filter(MemoryRegion.REGION, name)));
        config.text(SeatName.DEVICE).or(() -> region.map(drivers::get)).ifPresent(name -> values.put("node.target", filter(SeatName.DEVICE, name)));
        write(config, values, location);
    }

    private static String filter(String key, String name) {
        return "(" + key + "=" + name.replaceAll("([\\\\*()])", "\\\\$1") + ")";
    }

    private void write(Config config, Hashtable<String, Object> values, String location) {
        for (Map.Entry<String, Object> each : config.values().entrySet()) {
            values.put(each.getKey(), each.getValue() instanceof List<?> texts ? texts.toArray(String[]::new) : each.getValue());
        }
        try {
            Configuration configuration = admin.getFactoryConfiguration(config.pid(), config.name(), location);
            configuration.update(values);
            written.add(new Written(configuration, config, location));
        } catch (IOException e) {
            throw new IllegalStateException("configuration " + config.fullPid() + " cannot be written: " + e, e);
        }
    }

    /** Configurations that a bundle has. */
    List<Written> of(String location) {
        return written.stream().filter(w -> w.location.equals(location)).toList();
    }

    /** How many were written so far; for {@link #removeFrom}. */
    int mark() {
        return written.size();
    }

    /** Removes those written since a mark, the newest first. */
    void removeFrom(int mark) {
        if (mark == 0) {
            drivers.clear();
        }
        while (written.size() > mark) {
            delete(written.removeLast());
        }
    }

    /** Removes those of a bundle that goes. */
    void removeOf(String location) {
        List<Written> its = written.reversed().stream().filter(w -> w.location.equals(location)).toList();
        written.removeAll(its);
        its.forEach(Configurer::delete);
    }

    private static void delete(Written gone) {
        try {
            gone.configuration.delete();
        } catch (IOException | IllegalStateException e) {
            // Somebody else deleted it, or the configuration admin is gone: it is away, which is what is wanted.
            return;
        }
    }
}
