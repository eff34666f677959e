package sharebuf.app.bench;

import java.util.List;
import java.util.Map;
import sharebuf.buffer.BufferSpec;
import sharebuf.format.PixelFormat;

/**
 * A board on which frames flow, the application that allocates and frees there, and the bundles that are replaced meanwhile.
 *
 * <p>Immutable.
 *
 * @param board its name
 * @param options of the board
 * @param spec what the application allocates and frees without a pause
 * @param devices for whom: each allocation goes through each of the bundles
 * @param bundles symbolic names, in the order in which they are replaced
 */
record SwapStage(String board, Map<String, String> options, BufferSpec spec, List<String> devices, List<String> bundles) {
    /** The bundle whose swaps are compared with updates in place. */
    static final String FIRST = "allocator.cma";
    /** Whose region it has. */
    static final String REGION = "cma";

    private static final Map<String, String> NO_LODGERS = Map.of("lodgers", "0");
    /** Pictures smaller than those of the stream. */
    private static final BufferSpec ICON = BufferSpec.picture(PixelFormat.NV12, 64, 64);

    static final List<SwapStage> ALL = List.of(
            new SwapStage("raspberrypi-4", NO_LODGERS, small(), List.of("cpu"), List.of(FIRST)),
            new SwapStage("raspberrypi-4", NO_LODGERS, BufferSpec.bytes(4096), List.of("encoder:capture"), List.of("allocator.generic", "mapops.direct", "importer.v4l2")),
            new SwapStage("raspberrypi-4", NO_LODGERS, ICON, List.of("cpu", "display"), List.of("importer.drm")),
            new SwapStage("pandaboard-es", Map.of(), ICON, List.of("camera", "display"), List.of("exporter.tiler")));

    /** Whether updates in place are made here too. */
    boolean compares() {
        return bundles.contains(FIRST);
    }

    /** A granule of the contiguous region. */
    static BufferSpec small() {
        return BufferSpec.bytes(4096).in(0, List.of(REGION));
    }
}
