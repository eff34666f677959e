package sharebuf.platform.linux;

/** Configuration of a pool; keys, units and ranges are in the bundle's README. */
@interface PoolConfig {
    /** Its name. */
    String sharebuf_region() default "";

    /** Bytes of the memfd. */
    String size() default "0";

    /** {@code required} or {@code vacant}: whether the board is up only when somebody serves the region. */
    String seat() default "required";
}
