package sharebuf.platform.sim;

/** Configuration of a range of DRAM. */
@interface MemoryConfig {
    /** First CPU address. */
    String base() default "0";

    /** Bytes. */
    String size() default "0";

    /** Holes, {@code offset+size}, that bounce buffers lie in: the kernel's swiotlb. No region may use them. */
    String[] bounce() default {};

    /** The board option that makes them larger. */
    String option() default "";
}
