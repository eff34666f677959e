package sharebuf.platform.sim;

/** Configuration of a driver's own memory; keys, units and ranges are in the bundle's README. */
@interface DriverConfig {
    /** Name of the region. */
    String sharebuf_region() default "";

    /** The device whose driver has it. */
    String sharebuf_device() default "";

    /** First CPU address. */
    String base() default "0";

    /** Bytes. */
    String size() default "0";

    /** Whether it is told that each buffer is one piece. */
    boolean contiguous() default false;

    /** {@code required} or {@code vacant}: whether the board is up only when somebody serves the region. */
    String seat() default "required";
}
