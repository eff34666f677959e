package sharebuf.app.probe;

import java.util.List;
import java.util.Optional;
import sharebuf.linux.DeviceFacts;
import sharebuf.linux.HeapFacts;

/**
 * What a probe found. An empty Optional is what cannot be known.
 *
 * <p>Immutable.
 *
 * @param kernel its release
 * @param calls why no system call could be made; empty when they can
 * @param looked where was looked for what
 * @param heaps dma-heaps
 * @param udmabuf what makes dma-bufs of a memfd
 * @param videos V4L2 nodes
 * @param cards DRM nodes
 * @param groups IOMMU groups
 * @param matrix who imports whose dma-bufs
 */
record Findings(Optional<String> kernel, Optional<String> calls, List<Looked> looked, List<Heap> heaps, Udmabuf udmabuf, List<Video> videos,
        List<Card> cards, List<Group> groups, Matrix matrix) {

    /**
     * A place where was looked.
     *
     * @param what is looked for
     * @param where files
     * @param found how many there are
     */
    record Looked(String what, String where, int found) {
    }

    /**
     * A dma-heap.
     *
     * @param path its node
     * @param facts what its name and the device tree tell
     * @param cma whether allocations come from the contiguous allocator, found by trying
     * @param problem why it cannot be opened; empty when it can
     */
    record Heap(String path, HeapFacts facts, Optional<Boolean> cma, Optional<String> problem) {
        /** Whether an allocation is one piece: what is documented, else what a trial says; empty when neither knows. */
        Optional<Boolean> contiguous() {
            return facts.contiguous().or(() -> cma.filter(c -> c));
        }
    }

    /**
     * The node of udmabuf.
     *
     * @param path its node
     * @param present whether it is there
     * @param sizeLimitMiB most of a dma-buf
     * @param rangeLimit most ranges of a dma-buf
     * @param problem why it cannot be opened; empty when it can, or is not there
     */
    record Udmabuf(String path, boolean present, Optional<String> sizeLimitMiB, Optional<String> rangeLimit, Optional<String> problem) {
    }

    /**
     * A queue of a V4L2 node.
     *
     * @param name {@code capture} or {@code output}
     * @param type {@code V4L2_BUF_TYPE_…}
     * @param format fourcc and size; empty when it has none
     * @param sizes bytes of each memory plane
     */
    record Queue(String name, int type, Optional<String> format, List<Long> sizes) {
        Queue {
            sizes = List.copyOf(sizes);
        }
    }

    /**
     * A V4L2 node.
     *
     * @param path its node
     * @param driver as it calls itself
     * @param card the device's name
     * @param bus where it sits
     * @param queues of pictures
     * @param facts of sysfs
     * @param problem why it cannot be opened or asked; empty when it can
     */
    record Video(String path, Optional<String> driver, Optional<String> card, Optional<String> bus, List<Queue> queues, DeviceFacts facts,
            Optional<String> problem) {
        Video {
            queues = List.copyOf(queues);
        }
    }

    /**
     * A DRM node.
     *
     * @param path its node
     * @param driver as it calls itself
     * @param version its version
     * @param dumb whether it has dumb buffers
     * @param imports whether it says that it imports dma-bufs
     * @param exports whether it says that it exports dma-bufs
     * @param facts of sysfs
     * @param problem why it cannot be opened or asked; empty when it can
     */
    record Card(String path, Optional<String> driver, Optional<String> version, Optional<Boolean> dumb, Optional<Boolean> imports,
            Optional<Boolean> exports, DeviceFacts facts, Optional<String> problem) {
    }

    /**
     * An IOMMU group.
     *
     * @param number its name
     * @param type how addresses are translated
     * @param devices in it
     */
    record Group(String number, Optional<String> type, List<String> devices) {
        Group {
            devices = List.copyOf(devices);
        }
    }

    /**
     * Who imports whose dma-bufs.
     *
     * @param bytes of the dma-bufs that were tried
     * @param exporters rows
     * @param importers columns
     * @param cells row by row
     */
    record Matrix(long bytes, List<String> exporters, List<String> importers, List<Cell> cells) {
        Matrix {
            exporters = List.copyOf(exporters);
            importers = List.copyOf(importers);
            cells = List.copyOf(cells);
        }
    }

    /**
     * One try.
     *
     * @param exporter whose dma-buf
     * @param importer who imports
     * @param result {@code ok}, the name of an errno; empty when it could not be tried
     * @param step the call that decided
     */
    record Cell(String exporter, String importer, Optional<String> result, String step) {
    }

    Findings {
        looked = List.copyOf(looked);
        heaps = List.copyOf(heaps);
        videos = List.copyOf(videos);
        cards = List.copyOf(cards);
        groups = List.copyOf(groups);
    }
}
