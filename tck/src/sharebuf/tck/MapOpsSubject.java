package sharebuf.tck;

import sharebuf.mapping.DmaMapOps;

/** Makes dma_map_ops to be tested. Called from one thread. */
public interface MapOpsSubject {
    /**
     * Makes one that serves an address space; the kit makes its first call, {@code adopt}.
     *
     * @param addressSpace its name
     * @return a new instance
     * @throws Exception when there is none: the case fails
     */
    DmaMapOps open(String addressSpace) throws Exception;

    /**
     * One is no longer used.
     *
     * @param mapOps of {@link #open}
     */
    default void close(DmaMapOps mapOps) {
    }
}
