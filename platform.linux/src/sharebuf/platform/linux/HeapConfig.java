package sharebuf.platform.linux;

/** Configuration of a dma-heap; keys, units and ranges are in the bundle's README. */
@interface HeapConfig {
    /** Its name. */
    String sharebuf_region() default "";

    /** Its node, such as {@code /dev/dma_heap/system}. */
    String path() default "";

    /** Bytes that may be granted at a time. */
    String size() default "0";

    /** Bytes that are kept when they are given back, to be granted again without the kernel. */
    String recycle() default "64MiB";

    /** {@code auto}, {@code true} or {@code false}: whether a grant is contiguous. */
    String contiguous() default "auto";

    /** {@code required} or {@code vacant}: whether the board is up only when somebody serves the region. */
    String seat() default "required";
}
