package sharebuf.tck.kernel;

import java.util.List;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.SharedBuffer;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;

/** Buffers made, exported, imported by a device and closed ten thousand times: nothing may add up. Stateless. */
final class CycleCases {
    private static final String MODEL = "10,000 allocate, export, import, close";
    private static final int CYCLES = 10_000;
    private static final long SIZE = 1 << 20;
    /** Buffers of a set: each is a cycle of its own, the set is asked for once. */
    private static final int BATCH = 50;
    /** Until then code is compiled and caches fill. */
    private static final int WARM = 2_000;
    /** What a cycle may leave: less than any object, descriptor or mapping of one would be, were it kept. */
    private static final long HEAP_BYTES_A_CYCLE = 32;
    /** The same for memory beside the Java heap, which the JVM itself uses more of while it compiles. */
    private static final long REST_BYTES_A_CYCLE = 1_000;

    private CycleCases() {
    }

    static List<Case> all() {
        return List.of(new Case("cycles/heap", Level.API, MODEL, List.of(Need.HEAP), stage -> heap(stage, 0)),
                new Case("cycles/udmabuf", Level.API, MODEL, List.of(Need.UDMABUF), stage -> pool(stage, 0)),
                new Case("cycles/heap_recycled", Level.API, MODEL + ", what is given back is used again", List.of(Need.HEAP), stage -> heap(stage, SIZE)),
                new Case("cycles/udmabuf_recycled", Level.API, MODEL + ", what is given back is used again", List.of(Need.UDMABUF), stage -> pool(stage, SIZE)));
    }

    private static String heap(Stage stage, long recycle) throws Exception {
        stage.heap(stage.finds().heaps().getFirst(), SIZE, recycle);
        return play(stage);
    }

    private static String pool(Stage stage, long recycle) throws Exception {
        stage.pool(SIZE, recycle);
        return play(stage);
    }

    private static String play(Stage stage) throws Exception {
        DeviceNode handles = stage.handles();
        List<DeviceNode> importers = importers(stage, handles);
        for (int i = 0; i < WARM; i += BATCH) {
            batch(stage, handles, importers);
        }
        Held held = Held.now(stage.machine());
        Footprint before = Footprint.now(stage.machine());
        long start = System.nanoTime();
        for (int i = 0; i < CYCLES; i += BATCH) {
            batch(stage, handles, importers);
        }
        long micros = (System.nanoTime() - start) / 1_000 / CYCLES;
        Footprint after = Footprint.now(stage.machine());
        List<String> more = Held.now(stage.machine()).more(held, stage.devices().up());
        CaseFailed.unless(more.isEmpty(), "after " + CYCLES + " cycles there are " + String.join(", ", more));
        String growth = after.since(before);
        CaseFailed.unless(after.heap() - before.heap() < HEAP_BYTES_A_CYCLE * CYCLES && after.rest() - before.rest() < REST_BYTES_A_CYCLE * CYCLES
                && after.mappings() - before.mappings() < CYCLES / 100, "after " + CYCLES + " cycles: " + growth);
        return CYCLES + " cycles of " + micros + " us, imported by " + (importers.isEmpty() ? "nobody" : importers.stream().map(i -> i.device().name()).toList()) + "; "
                + held.count() + " descriptors" + held.buffers().map(b -> " and " + b.objects() + " dma-bufs of the kernel").orElse(", the kernel's list cannot be read")
                + " before and after; " + growth;
    }

    /** The first card that takes this memory. */
    private static List<DeviceNode> importers(Stage stage, DeviceNode handles) throws Exception {
        try (BufferSet set = stage.buffers(1, 1)) {
            for (String path : stage.finds().cards()) {
                DeviceNode card = stage.devices().node(path);
                try {
                    Prime.close(card, Prime.handle(card, handles.handle(set.buffers().getFirst().objects().getFirst())));
                    return List.of(card);
                } catch (DeviceException e) {
                    continue; // not this one
                }
            }
        }
        return List.of();
    }

    private static void batch(Stage stage, DeviceNode handles, List<DeviceNode> importers) throws DeviceException {
        try (BufferSet set = stage.buffers(1, BATCH)) {
            for (SharedBuffer buffer : set.buffers()) {
                ObjectId object = buffer.objects().getFirst();
                int dmaBuf = handles.handle(object);
                for (DeviceNode importer : importers) {
                    Prime.close(importer, Prime.handle(importer, dmaBuf));
                }
            }
        }
    }
}
