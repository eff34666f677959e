package sharebuf.device;

/** How an importer frees a buffer so that it can be moved. */
public enum LettingGo {
    /** Between two jobs: another dma-buf at the same queue index. */
    BETWEEN_JOBS,
    /** A flip to another framebuffer, then the old one is removed. */
    FLIP,
    /** All queued work is drained first: codecs read reference frames after they gave them back. */
    DRAIN,
    /** Not at all; a move gets EBUSY with the importer's name. */
    NEVER
}
