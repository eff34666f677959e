package sharebuf.platform.linux;

/** Configuration of a region of driver-made memory; keys, units and ranges are in the bundle's README. */
@interface DriverConfig {
    /** Its name. */
    String sharebuf_region() default "";

    /** The device whose driver makes the memory; empty: memory that comes from outside. */
    String sharebuf_device() default "";

    /** Bytes that may be taken at a time. */
    String size() default "0";

    /** Whether each dma-buf is known to be one piece: by whoever writes the configuration, since the kernel does not say it. */
    boolean contiguous() default false;

    /** {@code required} or {@code vacant}: whether the board is up only when somebody serves the region. */
    String seat() default "required";
}
