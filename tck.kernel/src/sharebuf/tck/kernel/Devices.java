package sharebuf.tck.kernel;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.cm.Configuration;
import sharebuf.node.DeviceNode;

/**
 * The devices of this machine in the framework: each is brought up when a case first asks for it and stays up for the next ones, since an
 * importer asks its driver a lot when it starts.
 *
 * <p>Confined to one thread at a time.
 */
final class Devices {
    private static final String DEVICE = "sharebuf.linux.device";
    private static final String SPACE = "kernel";

    private final Framework framework;
    private final Map<String, Configuration> nodes = new LinkedHashMap<>();
    private final Map<String, Configuration> importers = new LinkedHashMap<>();

    Devices(Framework framework) {
        this.framework = framework;
    }

    /** The name of the device behind a path. */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String kind(String path) {
        return path.startsWith("/dev/video") ? DeviceNode.V4L2 : DeviceNode.DRM;
    }

    /** Its node, without an importer. */
    DeviceNode node(String path) throws CaseFailed, IOException, InterruptedException {
        String name = name(path);
        if (!nodes.containsKey(path)) {
            nodes.put(path, framework.configure(DEVICE, name, Stage.table("sharebuf.device", name, "path", path, DeviceNode.KIND, kind(path), "sharebuf.addressSpace", SPACE)));
        }
        return framework.service(DeviceNode.class, "sharebuf.device", name, DEVICE + "~" + name)
                .orElseThrow(() -> new CaseFailed("there is no device " + name + ": " + framework.reason(DEVICE + "~" + name)));
    }

    /** Its node with an importer in its seat, and who maps for it. */
    DeviceNode imported(String path) throws CaseFailed, IOException, InterruptedException {
        DeviceNode node = node(path);
        String name = name(path);
        String pid = kind(path).equals(DeviceNode.V4L2) ? "sharebuf.importer.v4l2" : "sharebuf.importer.drm";
        if (!importers.containsKey(path)) {
            framework.configure("sharebuf.mapops.kernel", SPACE, Stage.table("sharebuf.addressSpace", SPACE));
            importers.put(path, framework.configure(pid, name, Stage.table("sharebuf.device", name, "node.target", "(sharebuf.device=" + name + ")")));
        }
        CaseFailed.unless(framework.seated("importer", name, pid + "~" + name), "device " + name + " has no importer: " + framework.reason(pid + "~" + name));
        return node;
    }

    /** Takes a device down; nothing when it is not up. */
    void release(String path) throws IOException, InterruptedException {
        Configuration importer = importers.remove(path);
        if (importer != null) {
            framework.delete(importer);
        }
        Configuration node = nodes.remove(path);
        if (node != null) {
            framework.delete(node);
            // Its descriptor is closed a moment after its service went, and only then is the node really free.
            framework.awaitInterruptibly(() -> !framework.there(DeviceNode.class, "sharebuf.device", name(path)) && Held.now(framework.machine()).of(path) == 0);
        }
    }

    /** Paths of those that are up: each has one descriptor. */
    Set<String> up() {
        return new TreeSet<>(nodes.keySet());
    }
}
