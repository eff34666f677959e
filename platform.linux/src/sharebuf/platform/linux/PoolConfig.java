package sharebuf.platform.linux;

/** Configuration of a pool; keys, units and ranges are in the bundle's README. */
@interface PoolConfig {
    /** Its name. */
    String sharebuf_region() default "";

    /** Bytes of the memfd. */
    String size() default "0";

    /** Bytes of udmabufs that are kept when their object ends, for the next one of the same pieces. */
    String recycle() default "64MiB";

    /** What leaves the process: {@code dma-buf}, of the object alone, or {@code memfd}, the whole pool. */
    String lend() default "dma-buf";

    /** {@code required} or {@code vacant}: whether the board is up only when somebody serves the region. */
    String seat() default "required";
}
