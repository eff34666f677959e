package sharebuf.platform.sim;

/** Configuration of a range of DRAM. */
@interface MemoryConfig {
    /** First CPU address. */
    String base() default "0";

    /** Bytes. */
    String size() default "0";
}
