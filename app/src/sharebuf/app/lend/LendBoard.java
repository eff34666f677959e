package sharebuf.app.lend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Json;
import sharebuf.app.cli.WrongCall;
import sharebuf.deployment.Deployer;

/**
 * This machine as a board without devices: memory to lend, or none but that of others.
 *
 * <p>Immutable.
 *
 * @param memory {@code dma-buf}, {@code memfd}, the node of a dma-heap, or empty for none
 * @param bytes how much
 */
record LendBoard(String memory, long bytes) {
    private static final String VERSION = "0.1.0";

    /** A board on which buffers are only imported. */
    static LendBoard foreign() {
        return new LendBoard("", 0);
    }

    /** Brings it up. */
    LiveBoard up(BundleContext context, Deployer deployer) throws WrongCall {
        Path file;
        try {
            file = Files.createTempFile("sharebuf-lend", ".json");
        } catch (IOException e) {
            throw new WrongCall("the description of this machine cannot be written to a temporary file: " + e);
        }
        try {
            Files.writeString(file, Json.write(feature()));
            return LiveBoard.up(context, deployer, file, Map.of());
        } catch (IOException e) {
            throw new WrongCall("the description of this machine cannot be written to " + file + ": " + e);
        } finally {
            file.toFile().delete();
        }
    }

    Map<String, Object> feature() {
        Map<String, Object> configurations = new LinkedHashMap<>();
        configurations.put("sharebuf.linux.platform~machine", Map.of());
        String allocator = "allocator.generic";
        if (memory.startsWith("/")) {
            allocator = "allocator.granted";
            configurations.put("sharebuf.linux.heap~lent", Map.of("sharebuf.region", "lent", "path", memory, "size", Long.toString(bytes)));
        } else if (!memory.isEmpty()) {
            // A memfd is lent as one piece of it.
            allocator = memory.equals("memfd") ? "allocator.cma" : allocator;
            configurations.put("sharebuf.linux.pool~lent", Map.of("sharebuf.region", "lent", "size", Long.toString(bytes), "lend", memory));
        }
        Map<String, Object> feature = new LinkedHashMap<>();
        feature.put("feature-resource-version", "1.0");
        feature.put("id", "org.sharebuf:this-machine:" + VERSION);
        feature.put("name", "this-machine");
        if (!memory.isEmpty()) {
            configurations.put("sharebuf." + allocator + "~lent", Map.of("sharebuf.region", "lent"));
            feature.put("bundles", List.of(Map.of("id", "org.sharebuf:" + allocator + ":" + VERSION)));
        }
        feature.put("configurations", configurations);
        return feature;
    }
}
