package sharebuf.linux;

import java.util.Optional;

/** What the name of a dma-heap tells, from the kernel's Documentation/userspace-api/dma-buf-heaps.rst. */
public final class Heaps {
    /** Where the nodes are. */
    public static final String FOLDER = "/dev/dma_heap";

    private Heaps() {
    }

    /**
     * Whether an allocation is one piece.
     *
     * @param path of the node, or its name
     * @return true for the names that the default CMA region has had, false for the system heap; empty when the name tells nothing
     */
    public static Optional<Boolean> contiguous(String path) {
        return switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "default_cma_region", "reserved", "linux,cma", "default-pool" -> Optional.of(true);
            case "system" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
