package sharebuf.app.bench;

import java.util.List;
import java.util.Map;
import sharebuf.buffer.BufferSpec;
import sharebuf.format.PixelFormat;

/**
 * A board on which frames flow, the applications that allocate and free there, and the bundles that are replaced meanwhile.
 *
 * <p>Immutable.
 *
 * @param board its name
 * @param options of the board
 * @param applications what goes on beside the frames
 * @param bundles symbolic names, in the order in which they are replaced
 */
record SwapStage(String board, Map<String, String> options, List<Application> applications, List<String> bundles) {
    /** The bundle whose swaps are compared with updates in place. */
    static final String FIRST = "allocator.cma";
    /** Whose region it has. */
    static final String REGION = "cma";

    private static final Map<String, String> NO_LODGERS = Map.of("lodgers", "0");
    /** The pictures of an application, smaller than those of the stream. */
    private static final BufferSpec ICON = BufferSpec.picture(PixelFormat.NV12, 64, 64);

    static final List<SwapStage> ALL = List.of(
            new SwapStage("raspberrypi-4", NO_LODGERS, List.of(new Application(small(), List.of("cpu"), 2, List.of(FIRST))), List.of(FIRST)),
            new SwapStage("raspberrypi-4", NO_LODGERS, List.of(
                    new Application(BufferSpec.bytes(4096), List.of("encoder:capture"), 1, List.of("allocator.generic", "mapops.direct", "importer.v4l2"))),
                    List.of("allocator.generic", "mapops.direct", "importer.v4l2")),
            new SwapStage("raspberrypi-4", NO_LODGERS, List.of(new Application(ICON, List.of("cpu", "display"), 1, List.of("importer.drm"))), List.of("importer.drm")),
            new SwapStage("pandaboard-es", Map.of(), List.of(new Application(ICON, List.of("camera", "display"), 2, List.of("exporter.tiler"))), List.of("exporter.tiler")));

    /**
     * One that allocates and frees without a pause. Of two threads one is in a call while the other is between two.
     *
     * @param spec what it allocates
     * @param devices for whom
     * @param threads how many it has
     * @param through bundles that each of its allocations goes through
     */
    record Application(BufferSpec spec, List<String> devices, int threads, List<String> through) {
    }

    /** Whether updates in place are made here too. */
    boolean compares() {
        return bundles.contains(FIRST);
    }

    /** A granule of the contiguous region. */
    static BufferSpec small() {
        return BufferSpec.bytes(4096).in(0, List.of(REGION));
    }
}
