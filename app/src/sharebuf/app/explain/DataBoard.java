package sharebuf.app.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Json;
import sharebuf.app.cli.WrongCall;
import sharebuf.deployment.Deployer;
import sharebuf.device.Device;
import sharebuf.device.Use;
import sharebuf.device.VendorConstraint;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceNode;

/**
 * A board made of data: its regions are simulated memory with the ordinary allocators on it, its devices are {@link DataDevice}s, each in an
 * address space of its own. What decides is the broker that decides on any board.
 *
 * <p>Confined to one thread.
 */
public final class DataBoard implements AutoCloseable {
    private final LiveBoard board;
    private final List<ServiceRegistration<?>> registered = new ArrayList<>();

    private DataBoard(LiveBoard board) {
        this.board = board;
    }

    /**
     * Makes a board of data.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     * @param name of the data, for messages
     * @param json the data
     * @return the board
     * @throws WrongCall when the data is wrong
     */
    public static DataBoard up(BundleContext context, Deployer deployer, String name, String json) throws WrongCall {
        return up(context, deployer, ConstraintsFile.parse(name, json));
    }

    static DataBoard up(BundleContext context, Deployer deployer, ConstraintsFile data) throws WrongCall {
        Path file = null;
        try {
            file = Files.createTempFile("sharebuf-constraints", ".json");
            Files.writeString(file, Json.write(feature(data, version(context))));
            DataBoard board = new DataBoard(LiveBoard.up(context, deployer, file, Map.of()));
            board.devices(context, data);
            return board;
        } catch (IOException e) {
            throw new WrongCall("--constraints: no temporary file: " + e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    private static String version(BundleContext context) {
        var v = context.getBundle().getVersion();
        return v.getMajor() + "." + v.getMinor() + "." + v.getMicro();
    }

    /** The regions as a board description: memory that is given in one piece is served by the contiguous allocator, other by the page allocator. */
    static Map<String, Object> feature(ConstraintsFile data, String version) {
        Map<String, Object> feature = new LinkedHashMap<>();
        feature.put("feature-resource-version", "1.0");
        feature.put("id", "org.sharebuf:constraints:" + version);
        feature.put("name", "constraints");
        feature.put("description", "regions given as data");
        feature.put("bundles", List.of(Map.of("id", "org.sharebuf:allocator.generic:" + version), Map.of("id", "org.sharebuf:allocator.cma:" + version)));
        Map<String, Object> configurations = new LinkedHashMap<>();
        for (ConstraintsFile.Region r : data.regions()) {
            String base = "0x" + Long.toHexString(r.base());
            String size = "0x" + Long.toHexString(r.size());
            if (data.regions().stream().noneMatch(outer -> outer != r && ConstraintsFile.inHole(r, outer))) {
                configurations.put("sharebuf.sim.memory~" + r.name(), Map.of("base", base, "size", size));
            }
            Map<String, Object> region = new LinkedHashMap<>();
            region.put(MemoryRegion.REGION, r.name());
            region.put("base", base);
            region.put("size", size);
            region.put("granule", Long.toString(r.granule()));
            if (!r.reserved().isEmpty()) {
                region.put("reserved", r.reserved().stream().map(h -> "0x" + Long.toHexString(h.offset()) + "+0x" + Long.toHexString(h.size())).toList());
            }
            if (!r.properties().isEmpty()) {
                region.put("properties", r.properties().stream().map(VendorConstraint::text).toList());
            }
            configurations.put("sharebuf.sim.region~" + r.name(), region);
            configurations.put((r.contiguous() ? "sharebuf.allocator.cma~" : "sharebuf.allocator.generic~") + r.name(), Map.of(MemoryRegion.REGION, r.name()));
        }
        feature.put("configurations", configurations);
        return feature;
    }

    private void devices(BundleContext context, ConstraintsFile data) {
        Map<String, List<Use>> byDevice = new LinkedHashMap<>();
        data.uses().forEach(u -> byDevice.computeIfAbsent(u.id().device(), d -> new ArrayList<>()).add(u));
        byDevice.forEach((name, uses) -> {
            DataDevice device = new DataDevice(new Device(name, List.of(), name, uses.getFirst().dma()), uses);
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put(Importer.DEVICE, name);
            properties.put(DmaMapOps.ADDRESS_SPACE, name);
            properties.put(Constants.SERVICE_PID, "sharebuf.app.explain~" + name);
            String[] types = {DeviceNode.class.getName(), DmaMapOps.class.getName(), Importer.class.getName()};
            registered.add(context.registerService(types, device, properties));
        });
    }

    /**
     * The board underneath.
     *
     * @return with the ordinary services
     */
    public LiveBoard live() {
        return board;
    }

    @Override
    public void close() {
        registered.forEach(ServiceRegistration::unregister);
        board.close();
    }
}
