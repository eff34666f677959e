package sharebuf.app.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.app.cli.Json;
import sharebuf.app.cli.WrongCall;
import sharebuf.linux.Heaps;
import sharebuf.linux.Machine;
import sharebuf.node.DeviceNode;

/**
 * The machine it runs on, described as a board: the devices that were named, a pool of memory that is shared through udmabuf, every
 * dma-heap, and what the drivers of the devices make.
 *
 * <p>Immutable.
 *
 * @param devices in the order in which they were named
 * @param udmabuf whether a pool can be shared
 * @param heaps nodes of the heaps that may be opened
 * @param bound most bytes of each region
 * @param remarks what is not there, for people
 * @param bounce whether devices without IOMMU may get memory that may lie beyond their masks, which the kernel then copies
 */
public record MachineBoard(List<Node> devices, boolean udmabuf, List<String> heaps, long bound, List<String> remarks, boolean bounce) {
    /** Its name. */
    public static final String NAME = "this-machine";
    private static final String UDMABUF = "/dev/udmabuf";
    private static final String SPACE = "kernel";
    private static final String VERSION = "0.1.0";
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s*(\\d{1,12}) kB");
    private static final long STEP = 1 << 20;
    private static final long MOST = 1L << 30;

    /**
     * A device.
     *
     * @param name that of its node
     * @param kind {@code v4l2} or {@code drm}
     * @param path of its node
     */
    public record Node(String name, String kind, String path) {
        /** The region of the memory that its driver makes. */
        String driverRegion() {
            return name + (kind.equals(DeviceNode.DRM) ? ".dumb" : ".mmap");
        }
    }

    /** Copies. */
    public MachineBoard {
        devices = List.copyOf(devices);
        heaps = List.copyOf(heaps);
        remarks = List.copyOf(remarks);
    }

    /**
     * One whose devices get only memory that they are known to reach.
     *
     * @param devices in the order in which they were named
     * @param udmabuf whether a pool can be shared
     * @param heaps nodes of the heaps that may be opened
     * @param bound most bytes of each region
     * @param remarks what is not there, for people
     */
    public MachineBoard(List<Node> devices, boolean udmabuf, List<String> heaps, long bound, List<String> remarks) {
        this(devices, udmabuf, heaps, bound, remarks, false);
    }

    /**
     * The same with another answer to bouncing.
     *
     * @param allowed whether the kernel may copy
     * @return a copy
     */
    public MachineBoard bouncing(boolean allowed) {
        return new MachineBoard(devices, udmabuf, heaps, bound, remarks, allowed);
    }

    /**
     * Looks at a machine.
     *
     * @param machine where its files are
     * @param paths the nodes of its devices, at least one
     * @return what it is as a board
     * @throws WrongCall when a path is no node of a video device or display, naming those that there are
     */
    public static MachineBoard of(Machine machine, List<String> paths) throws WrongCall {
        DeviceNodes nodes = new DeviceNodes(machine);
        List<Node> devices = new ArrayList<>();
        for (String path : paths) {
            Node node = nodes.find(path);
            if (devices.stream().anyMatch(d -> d.name().equals(node.name()))) {
                throw WrongCall.option("--devices", String.join(",", paths), "each device once; " + node.name() + " stands twice");
            }
            devices.add(node);
        }
        List<String> remarks = new ArrayList<>();
        boolean pool = DeviceNodes.usable(machine.at(UDMABUF));
        if (!pool) {
            remarks.add("no pool of memory: " + UDMABUF + (Files.exists(machine.at(UDMABUF)) ? " may not be opened" : " is not there (modprobe udmabuf)"));
        }
        List<String> all = machine.names(Heaps.FOLDER, ".+").stream().map(n -> Heaps.FOLDER + "/" + n).toList();
        List<String> heaps = all.stream().filter(h -> DeviceNodes.usable(machine.at(h))).toList();
        if (all.isEmpty()) {
            remarks.add("no dma-heap: " + Heaps.FOLDER + " is empty or not there");
        }
        all.stream().filter(h -> !heaps.contains(h)).forEach(h -> remarks.add("no dma-heap " + h + ": it may not be opened"));
        return new MachineBoard(devices, pool, heaps, bound(machine), remarks);
    }

    /** Half of the memory at most: the kernel itself knows no limit for what a memfd or a heap takes but its OOM killer. */
    private static long bound(Machine machine) {
        Matcher m = MEMORY.matcher(machine.text("/proc/meminfo").orElse(""));
        long half = m.find() ? Long.parseLong(m.group(1)) * 1024 / 2 : MOST;
        return Math.max(STEP, Math.min(MOST, half / STEP * STEP));
    }

    /**
     * The region of a heap.
     *
     * @param heap its node
     * @return the name
     */
    static String region(String heap) {
        return heap.substring(heap.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "-");
    }

    /**
     * The description, an OSGi Feature as any other board's.
     *
     * @return as {@link Json} writes it
     */
    public Map<String, Object> feature() {
        Map<String, Object> configurations = new LinkedHashMap<>();
        List<String> bundles = new ArrayList<>();
        configurations.put("sharebuf.linux.platform~" + NAME, Map.of());
        if (udmabuf) {
            bundles.add("allocator.generic");
            configurations.put("sharebuf.linux.pool~pool", of("sharebuf.region", "pool", "size", "${pool}"));
            configurations.put("sharebuf.allocator.generic~pool", of("sharebuf.region", "pool"));
        }
        for (String heap : heaps) {
            String region = region(heap);
            configurations.put("sharebuf.linux.heap~" + region, of("sharebuf.region", region, "path", heap, "size", "${heap}"));
            configurations.put("sharebuf.allocator.granted~" + region, of("sharebuf.region", region));
        }
        if (!heaps.isEmpty()) {
            bundles.add("allocator.granted");
        }
        bundles.add("mapops.kernel");
        configurations.put("sharebuf.mapops.kernel~" + SPACE, of("sharebuf.addressSpace", SPACE));
        Map<String, Object> variables = of("pool", Long.toString(bound), "heap", Long.toString(bound), "driver", Long.toString(bound));
        for (Node device : devices) {
            String importer = "importer." + device.kind();
            if (!bundles.contains(importer)) {
                bundles.add(importer);
            }
            configurations.put("sharebuf.linux.device~" + device.name(),
                    of("sharebuf.device", device.name(), "sharebuf.node", device.kind(), "path", device.path(), "sharebuf.addressSpace", SPACE,
                            "bounce", bounce ? DeviceNode.ALLOW : DeviceNode.REFUSE));
            Map<String, Object> driven = of("sharebuf.device", device.name());
            if (device.kind().equals(DeviceNode.V4L2)) {
                variables.put(device.name() + ".connector", ""); // the one that is selected
                driven.put("connector", "${" + device.name() + ".connector}");
            }
            configurations.put("sharebuf." + importer + "~" + device.name(), driven);
            // What the driver makes itself: dumb buffers, MMAP buffers. A driver that makes none says so when it is asked.
            String region = device.driverRegion();
            String exporter = "exporter." + device.kind();
            if (!bundles.contains(exporter)) {
                bundles.add(exporter);
            }
            configurations.put("sharebuf.linux.driver~" + region, of("sharebuf.region", region, "sharebuf.device", device.name(), "size", "${driver}"));
            configurations.put("sharebuf." + exporter + "~" + region, of("sharebuf.region", region));
        }
        Map<String, Object> range = of("min", "1MiB", "multiple", "64KiB");
        return of("feature-resource-version", "1.0", "id", "org.sharebuf:" + NAME + ":" + VERSION, "name", NAME, "description",
                "made from this machine's nodes", "variables", variables, "extensions",
                of("sharebuf.variables", of("type", "json", "json", of("pool", range, "heap", range, "driver", range))), "bundles",
                bundles.stream().map(b -> of("id", "org.sharebuf:" + b + ":" + VERSION)).toList(), "configurations", configurations);
    }

    /** Writes the description where the deployer can read it. */
    Path write() throws WrongCall {
        try {
            Path file = Files.createTempFile("sharebuf-" + NAME, ".json");
            Files.writeString(file, Json.write(feature()));
            return file;
        } catch (IOException e) {
            throw new WrongCall("--platform linux: the description of this machine cannot be written to a temporary file: " + e);
        }
    }

    private static Map<String, Object> of(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }
}
